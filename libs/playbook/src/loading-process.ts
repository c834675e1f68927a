import { loadFiles, loadPlaybook, playbookFrom } from './load-playbook.ts';
import type { Reply, Request } from './load-aside.ts';
import { plainOf } from './plain-playbook.ts';

/** The process that `load-aside` starts: it answers one request and ends. When whoever asked is gone, it has nobody to answer and ends too. */
process.once('message', (request) => {
  void answer(request as Request).then((reply) => process.send?.(reply, leave));
});

const leave = (): void => void (process.connected && process.disconnect?.());

async function answer(request: Request): Promise<Reply> {
  if (request.kind === 'version') {
    const playbook = playbookFrom(request.files);
    return { playbook: playbook && plainOf(playbook), problems: [], files: new Map() };
  }
  const { playbook, problems, files } = request.kind === 'folder' ? await loadPlaybook(request.folder) : loadFiles(request.files);
  return { playbook: playbook && plainOf(playbook), problems, files: request.kind === 'folder' ? files : new Map() };
}
