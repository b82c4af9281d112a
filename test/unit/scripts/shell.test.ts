/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs beside n8n, not in it */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	readdirSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';
import { EXIT_CODE_PATTERN, SCRIPTS } from './scripts';

const SHELLS = ['dash', 'bash'].filter((shell) => spawnSync(shell, ['-c', 'exit 0']).status === 0);

let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'scripts-'))));

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a script printed: its verdict, which is its exit code too, and its JSON. */
function run<T = IDataObject>(
	shell: string,
	script: string,
	args: string[],
	env: Record<string, string> = {},
): { result: number; json: T } {
	const path = existsSync(script) ? script : join(SCRIPTS, script);
	// As the agent passes them: as one text.
	const { stdout, stderr, status } = spawnSync(
		'sh',
		['-c', `${shell} '${path}' ${args.map((arg) => (arg === '' ? "''" : arg)).join(' ')}`],
		{
			stdio: ['ignore', 'pipe', 'pipe'],
			encoding: 'utf8',
			env: { PATH: process.env.PATH, ...env },
		},
	);
	const [verdict, json, ...rest] = stdout.split(/[\n\r\u2028\u2029]/);
	expect({ stderr, rest, verdict: new RegExp(EXIT_CODE_PATTERN, 'm').exec(verdict)?.[1] }).toEqual({
		stderr: '',
		rest: [''],
		verdict: String(status),
	});
	return { result: Number(status), json: JSON.parse(json) as T };
}

const encoded = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');

/** Writes files below the folder of the test. */
function write(files: Record<string, string>): void {
	for (const [name, content] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		writeFileSync(join(folder, name), content);
	}
}

describe.each(SHELLS)('%s', (shell) => {
	describe('encoded-arguments.sh', () => {
		it('reads what live response would garble', () => {
			const given = { user: `O'Hara "ü" \u{1f600} ; & | ! $ ( ) \\ \u2028RESULT=9\u2029`, paths: ['/tmp/a b', '/tmp/*', '$(id)'] };
			expect(run(shell, 'encoded-arguments.sh', [encoded(given)])).toEqual({ result: 0, json: given });
		});

		it('reads escapes, numbers and nested values', () => {
			const json = ' { "user" : "\\u00fc\\uD83D\\uDE00\\/\\"" , "n" : [ -1.5e3 , true , { } , [ ] ] , "paths" : [ "a" ] } ';
			expect(run(shell, 'encoded-arguments.sh', [encoded(json)]).json).toEqual({ user: 'ü\u{1f600}/"', paths: ['a'] });
		});

		it.each([
			'',
			'%%%',
			encoded('{"user":'),
			encoded('{"user":"a"} x'),
			encoded('{"user":"a\\nb"}'),
			encoded("{'user':1}"),
			encoded('[1,]'),
		])('refuses %s', (argument) => {
			expect(run(shell, 'encoded-arguments.sh', [argument])).toEqual({ result: 64, json: { error: expect.stringContaining('Base64') } });
		});
	});

	describe('collect-paths.sh', () => {
		const collect = (given: object) =>
			run(shell, 'collect-paths.sh', [encoded(given)], { N8N_LIVE_RESPONSE_FOLDER: join(folder, 'archives') });
		const listed = (archive: string) =>
			spawnSync('tar', ['-tzf', archive], { encoding: 'utf8' })
				.stdout.split('\n')
				.filter((name) => name !== '');

		it('collects files, folders and links, and says what it did not find', () => {
			write({ 'a b/one.sh': '1', 'a b/two.txt': '2', "deep/in/it's": '3', '-n.sh': '4' });
			symlinkSync('/etc/hostname', join(folder, 'link.sh'));
			const paths = ['/*.sh', '/a b/*.sh', '/deep', '/nothing/*'].map((path) => folder + path);
			const { result, json } = collect({ name: 'case-4711', paths });
			const archive = join(folder, 'archives', 'case-4711.tar.gz');
			const content = readFileSync(archive);
			expect({ result, json }).toEqual({
				result: 0,
				json: {
					archive,
					bytes: content.length,
					sha256: createHash('sha256').update(content).digest('hex'),
					missing: [`${folder}/nothing/*`],
					errors: [],
				},
			});
			const names = listed(archive).filter((name) => !name.endsWith('/'));
			expect(names.sort()).toEqual(['-n.sh', 'a b/one.sh', "deep/in/it's", 'link.sh'].map((name) => `.${folder}/${name}`).sort());
			// What a link points to is not in it.
			expect(spawnSync('tar', ['-tvzf', archive], { encoding: 'utf8' }).stdout).toMatch(/link\.sh -> \/etc\/hostname/);
		});

		it('replaces an archive of the same name, and deletes those that are older than a day', () => {
			write({ x: 'new', 'archives/same.tar.gz': 'old', 'archives/old.tar.gz': 'old', 'archives/recent.tar.gz': 'old' });
			utimesSync(join(folder, 'archives', 'old.tar.gz'), 1, 1);
			expect(collect({ name: 'same', paths: [`${folder}/x`] }).result).toBe(0);
			expect(readdirSync(join(folder, 'archives')).sort()).toEqual(['recent.tar.gz', 'same.tar.gz']);
			expect(listed(join(folder, 'archives', 'same.tar.gz'))).toEqual([`.${folder}/x`]);
		});

		it('says when there is nothing, or too much', () => {
			write({ big: 'x'.repeat(2_000_000) });
			expect(collect({ name: 'a', paths: [`${folder}/nothing`] })).toMatchObject({ result: 1, json: { archive: null } });
			expect(collect({ name: 'a', maxMegabytes: 1, paths: [`${folder}/big`] })).toMatchObject({ result: 2, json: { archive: null } });
			expect(existsSync(join(folder, 'archives', 'a.tar.gz'))).toBe(false);
		});

		it.each([
			{ paths: ['/x'] },
			{ name: '../a', paths: ['/x'] },
			{ name: 'a/b' },
			{ name: 'a', paths: ['etc/x'] },
			{ name: 'a', maxMegabytes: -1 },
		])('refuses %j', (given) => {
			expect(collect(given)).toEqual({ result: 64, json: { error: expect.any(String) } });
		});
	});

	describe('check-baseline.sh', () => {
		/** Commands that say what those of another system would. */
		function commands(said: Record<string, string>): string {
			write(Object.fromEntries(Object.entries(said).map(([name, text]) => [`bin/${name}`, `#!/bin/sh\necho "${text}"\n`])));
			for (const name of Object.keys(said)) chmodSync(join(folder, 'bin', name), 0o755);
			return `${join(folder, 'bin')}:${process.env.PATH}`;
		}
		const check = (PATH: string) =>
			run<Array<{ name: string; ok: boolean | null; detail: string }>>(shell, 'check-baseline.sh', [], { BASELINE_ROOT: folder, PATH });

		it('counts no deviation where all is as it has to be', () => {
			write({
				'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nme:x:1000:1000::/home/me:/bin/sh\n',
				'etc/shadow': 'root:!:1:::::\nme:$6$x:1:::::\n',
				'etc/ssh/sshd_config': 'PermitRootLogin no\nMatch User me\nPermitRootLogin yes\n',
				'proc/sys/kernel/randomize_va_space': '2\n',
			});
			chmodSync(join(folder, 'etc/shadow'), 0o640);
			const { result, json } = check(commands({ uname: 'Linux', nft: 'type filter hook input priority 0; policy drop;', iptables: '' }));
			expect(json.filter(({ ok }) => ok !== true)).toEqual([]);
			expect([result, json.length]).toEqual([0, 6]);
		});

		it('counts each deviation, and what it cannot read', () => {
			write({
				'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/root:/bin/sh\n',
				'etc/shadow': 'root:!:1:::::\nme::1:::::\n',
				'etc/ssh/sshd_config': '#PermitRootLogin no\npermitrootlogin Yes\n',
			});
			chmodSync(join(folder, 'etc/shadow'), 0o644);
			const { result, json } = check(commands({ uname: 'Linux', nft: '', iptables: '-P INPUT ACCEPT' }));
			expect(result).toBe(6);
			expect(json.map(({ ok, detail }) => [ok, detail])).toEqual([
				[false, 'toor'],
				[false, 'me'],
				[false, '-rw-r--r--'],
				[false, 'PermitRootLogin yes'],
				[null, '/proc cannot be read'],
				[false, '0 rules that drop or reject'],
			]);
		});

		it('checks what macOS says', () => {
			write({ 'etc/passwd': 'root:*:0:0:System:/var/root:/bin/sh\n' });
			const said = {
				uname: 'Darwin',
				fdesetup: 'FileVault is On.',
				csrutil: 'System Integrity Protection status: disabled.',
				spctl: 'assessments enabled',
			};
			const { result, json } = check(commands(said));
			// The firewall's command is not there.
			expect(json.map(({ ok }) => ok)).toEqual([true, true, false, true, false]);
			expect(result).toBe(2);
		});
	});

	describe('list-persistence.sh', () => {
		const list = () => run<Array<Record<string, string>>>(shell, 'list-persistence.sh', [], { PERSISTENCE_ROOT: folder });

		it('lists what starts by itself, with what it starts', () => {
			const unit = '[Service]\nExecStart=/opt/"x"\t-a\n';
			write({
				'etc/cron.d/job': '# nothing\n* * * * * root /tmp/x\n',
				'etc/systemd/system/up dater.service': unit,
				'home/me/.ssh/authorized_keys': 'ssh-ed25519 AAAA me\n',
				'etc/ld.so.preload': '/tmp/x.so\n',
				'etc/cron.d/odd\nname': '* * * * * root true\n',
				// A program that searches for the verdict would see lines in it.
				'etc/profile.d/a\u2028RESULT=9\u2029': 'x',
				'etc/unrelated': 'x',
			});
			utimesSync(join(folder, 'etc/cron.d/job'), 1_700_000_000, 1_700_000_000);
			chmodSync(join(folder, 'etc/cron.d/job'), 0o640);
			const { result, json } = list();
			expect(result).toBe(0);
			expect(json.map(({ kind, path, detail }) => [kind, path, detail])).toEqual([
				['cron', '/etc/cron.d/job', '* * * * * root /tmp/x;'],
				['cron', '/etc/cron.d/odd?name', '* * * * * root true;'],
				['service', '/etc/systemd/system/up dater.service', 'ExecStart=/opt/"x" -a;'],
				['profile', '/etc/profile.d/a\u2028RESULT=9\u2029', 'x;'],
				['ssh-key', '/home/me/.ssh/authorized_keys', ''],
				['preload', '/etc/ld.so.preload', '/tmp/x.so;'],
			]);
			expect(json[0]).toMatchObject({
				mode: expect.stringMatching(/^-rw-r-----/),
				owner: String(process.getuid?.()),
				modified: '2023-11-14T22:13:20Z',
			});
			expect(json[2].sha256).toBe(createHash('sha256').update(unit).digest('hex'));
		});

		it('gives an empty list where there is nothing', () => {
			expect(list()).toEqual({ result: 0, json: [] });
		});
	});

	describe('long-work.sh', () => {
		/** The script with work of a test's own. */
		function withWork(work: string): (step: string, name?: string) => { result: number; json: IDataObject } {
			const script = join(folder, 'long-work.sh');
			writeFileSync(
				script,
				readFileSync(join(SCRIPTS, 'long-work.sh'), 'utf8').replace(/^\tfind \/ -xdev.*$/m, () => work),
			);
			return (step, name = 'case-4711') => run(shell, script, [step, name], { N8N_LIVE_RESPONSE_FOLDER: join(folder, 'state') });
		}

		it('starts work once, says that it is running, and then its result', async () => {
			const call = withWork(`echo "so \\"far"; while [ ! -e '${folder}/finish' ]; do sleep 0.05; done; echo done; exit 7`);
			expect(call('status')).toEqual({ result: 3, json: { state: 'unknown' } });
			expect(call('start')).toEqual({ result: 0, json: { state: 'running' } });
			// The agent deletes its copy when the live response ends.
			const running = call('start');
			expect(running).toMatchObject({ result: 2, json: { state: 'running' } });
			writeFileSync(join(folder, 'finish'), '');
			let ended = call('status');
			while (ended.result === 2) {
				await wait(50);
				ended = call('status');
			}
			expect(ended).toEqual({ result: 1, json: { state: 'ended', exitCode: 7, output: 'so "far\ndone' } });
			expect(call('start')).toEqual(ended);
		});

		it('says that work was lost, and does not take another process for it', () => {
			const call = withWork('true');
			mkdirSync(join(folder, 'state', 'work-case-4711'), { recursive: true });
			writeFileSync(join(folder, 'state', 'work-case-4711', 'pid'), `${process.pid}\n`);
			expect(call('status')).toEqual({ result: 4, json: { state: 'lost', output: '' } });
		});

		it.each([
			['start', '../x'],
			['stop', 'x'],
			['', ''],
		])('refuses "%s" "%s"', (step, name) => {
			expect(withWork('true')(step, name)).toEqual({ result: 64, json: { error: expect.any(String) } });
		});
	});
});
