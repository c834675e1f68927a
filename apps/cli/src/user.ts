import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type ChannelName, isMailAddress, ROLES, type Role, SECOND_FACTOR_ROLES } from '#core';
import { hashPassword } from '#runtime';
import { type Command, print, UsageError } from './command.ts';
import { atTheConsole, isLineId, type OpenPeople, openPeople } from './data-option.ts';
import { enrol, show, uriOf } from './second-factor.ts';

const ACTIONS: readonly string[] = ['add', 'list', 'factor', 'disable'];
const USER_NAME = /^[a-z0-9][a-z0-9._-]{0,31}$/;

export const user: Command = {
  name: 'user',
  summary: 'add, list, disable, factor: staff who sign in at /hq; passwords and second factors are shown once',
  help: `Usage: npm run sonae -- user add <name> --role <role> [--mail <address>] [--line <user id>] [--group <group>]
       npm run sonae -- user factor <name>    a new second factor, for a lost phone; the old one ends
       npm run sonae -- user list [--json]
       npm run sonae -- user disable <name>

Roles: ${ROLES.join(', ')}. ${[...SECOND_FACTOR_ROLES].join(', ')} sign in with a code from an
authenticator app besides the password (RFC 6238), and with SONAE_SECOND_FACTOR=everybody all do; its address, and on a
terminal its QR code, is shown once. Passwords are made here, 96 random bits: none of them is in anybody's list. With --mail or
--line the person also hears what the playbook routes to the staff group (default: duty). The data folder is --data, SONAE_DATA
or ./data; the service may be running.

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
    if (action === undefined || !ACTIONS.includes(action))
      throw new UsageError(`say add, list, factor or disable${action === undefined ? '' : `, not ${action}`}.`);
    const people = await openPeople(values.data, { make: action === 'add' });
    try {
      switch (action) {
        case 'add': {
          const role = ROLES.find((known) => known === values.role);
          if (name === undefined || !USER_NAME.test(name))
            throw new UsageError('give a name of small letters, digits, dots, dashes or underscores, at most 32.');
          if (!role) throw new UsageError(`--role must be one of ${ROLES.join(', ')}.`);
          if (values.mail !== undefined && !isMailAddress(values.mail))
            throw new UsageError(`${values.mail} is not a mail address; write it like sato@city.example.jp.`);
          if (values.line !== undefined && !isLineId(values.line))
            throw new UsageError(`${values.line}: a LINE user id is U and 32 digits and letters a to f.`);
          const { password, secret } = await addUser(people, name, role);
          await subscribeStaff(people.directory, values.group, { email: values.mail, line: values.line });
          if (values.json) print(JSON.stringify({ name, role, password, ...(secret !== null && { otpauth: uriOf(name, secret) }) }));
          else {
            print(`${name} (${role})  password: ${password}`);
            if (secret !== null) await show(name, secret);
          }
          return 0;
        }
        case 'list': {
          const users = (await people.accounts.users()).map((known) => ({ name: known.name, role: known.role, disabled: known.disabled }));
          if (values.json) print(JSON.stringify(users));
          else if (users.length === 0) print('nobody yet; sonae user add <name> --role admin adds the first.');
          else for (const known of users) print(`${known.name}  ${known.role}${known.disabled ? '  disabled' : ''}`);
          return 0;
        }
        case 'factor': {
          if (name === undefined) throw new UsageError('name the user.');
          const secret = await enrol(people, name);
          if (secret === null) throw new UsageError(`there is no user ${name}.`);
          if (values.json) print(JSON.stringify({ name, otpauth: uriOf(name, secret) }));
          else await show(name, secret);
          return 0;
        }
        default:
          if (name === undefined) throw new UsageError('name the user.');
          if (!(await people.accounts.setUserDisabled(name, true, { ...atTheConsole(), act: 'user-disabled', subject: `user/${name}` })))
            throw new UsageError(`there is no user ${name}.`);
          print(`${name} is disabled; open sessions end within 5 s.`);
          return 0;
      }
    } finally {
      await people.close();
    }
  },
};

/** Whose password alone is not enough for the service that is set up here. */
const needsSecondFactor = (role: Role): boolean => process.env['SONAE_SECOND_FACTOR'] === 'everybody' || SECOND_FACTOR_ROLES.has(role);

/** Makes an account with a password nobody chose, and a second factor where the role asks for one, and returns both: the only time that they can be read. */
export async function addUser(
  people: Pick<OpenPeople, 'accounts' | 'keys'>,
  name: string,
  role: Role,
): Promise<{ readonly password: string; readonly secret: string | null }> {
  const password = randomBytes(12).toString('base64url');
  const said = { ...atTheConsole(), act: 'user-added', subject: `user/${name}`, after: { role } } as const;
  const added = { name, role, passwordHash: await hashPassword(password), disabled: false, createdAt: Date.now() };
  if (!(await people.accounts.addUser(added, said))) throw new UsageError(`there is a user ${name} already.`);
  return { password, secret: needsSecondFactor(role) ? await enrol(people, name) : null };
}

async function subscribeStaff(
  directory: OpenPeople['directory'],
  group: string,
  addresses: { readonly email: string | undefined; readonly line: string | undefined },
): Promise<void> {
  const chosen = Object.entries(addresses).flatMap(([channel, address]) =>
    address === undefined ? [] : [{ channel: channel as ChannelName, address }],
  );
  await directory.subscribe(
    chosen.map(({ channel, address }) => ({ channel, address, language: 'ja', districts: [], categories: [`staff:${group}`] })),
    (recipient) => ({ ...atTheConsole(), act: 'subscribed', subject: `subscriber/${recipient}`, after: { staff: group } }),
  );
}
