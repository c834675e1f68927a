import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type ChannelName, type Directory, ROLES, type Role } from '#core';
import { hashPassword } from '#runtime';
import { type Command, print, UsageError } from './command.ts';
import { openPeople } from './data-option.ts';

const USER_NAME = /^[a-z0-9][a-z0-9._-]{0,31}$/;

export const user: Command = {
  name: 'user',
  summary: 'add, list, disable: staff who sign in at /hq; passwords are shown once',
  help: `Usage: npm run sonae -- user add <name> --role <role> [--mail <address>] [--line <user id>] [--group <group>]
       npm run sonae -- user list [--json]
       npm run sonae -- user disable <name>

Roles: ${ROLES.join(', ')}. With --mail or --line the person also hears what the playbook routes to the
staff group (default: duty). The data folder is --data, SONAE_DATA or ./data; the service may be running.

Example:
  npm run sonae -- user add sato --role duty --mail sato@city.example.jp`,
  async run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        role: { type: 'string' },
        mail: { type: 'string' },
        line: { type: 'string' },
        group: { type: 'string', default: 'duty' },
        json: { type: 'boolean' },
      },
    });
    const [action, name] = positionals;
    const people = await openPeople(values.data);
    try {
      switch (action ?? '') {
        case 'add': {
          const role = ROLES.find((known) => known === values.role);
          if (name === undefined || !USER_NAME.test(name))
            throw new UsageError('give a name of small letters, digits, dots, dashes or underscores, at most 32.');
          if (!role) throw new UsageError(`--role must be one of ${ROLES.join(', ')}.`);
          const password = await addUser(people.accounts, name, role);
          await subscribeStaff(people.directory, values.group, { email: values.mail, line: values.line });
          print(values.json ? JSON.stringify({ name, role, password }) : `${name} (${role})  password: ${password}`);
          return 0;
        }
        case 'list': {
          const users = (await people.accounts.users()).map((known) => ({ name: known.name, role: known.role, disabled: known.disabled }));
          if (values.json) print(JSON.stringify(users));
          else if (users.length === 0) print('nobody yet; sonae user add <name> --role admin adds the first.');
          else for (const known of users) print(`${known.name}  ${known.role}${known.disabled ? '  disabled' : ''}`);
          return 0;
        }
        case 'disable':
          if (name === undefined) throw new UsageError('name the user.');
          if (!(await people.accounts.setUserDisabled(name, true))) throw new UsageError(`there is no user ${name}.`);
          print(`${name} is disabled; open sessions end within 5 s.`);
          return 0;
        default:
          throw new UsageError(`say add, list or disable${action === undefined ? '' : `, not ${action}`}.`);
      }
    } finally {
      await people.close();
    }
  },
};

/** Makes an account with a password nobody chose, and returns it: the only time that it can be read. */
export async function addUser(accounts: Awaited<ReturnType<typeof openPeople>>['accounts'], name: string, role: Role): Promise<string> {
  const password = randomBytes(12).toString('base64url');
  const added = await accounts.addUser({ name, role, passwordHash: await hashPassword(password), disabled: false, createdAt: Date.now() });
  if (!added) throw new UsageError(`there is a user ${name} already.`);
  return password;
}

async function subscribeStaff(
  directory: Directory,
  group: string,
  addresses: { readonly email: string | undefined; readonly line: string | undefined },
): Promise<void> {
  const chosen = Object.entries(addresses).flatMap(([channel, address]) =>
    address === undefined ? [] : [{ channel: channel as ChannelName, address }],
  );
  await directory.subscribe(
    chosen.map(({ channel, address }) => ({ channel, address, language: 'ja', districts: [], categories: [`staff:${group}`] })),
  );
}
