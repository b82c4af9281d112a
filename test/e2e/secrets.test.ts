/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installN8n, NEWEST, VERSIONS } from '../../playground/n8n/install';
import type { N8nHome } from '../../playground/n8n/n8nHome';
import type { DatabaseRow } from '../../playground/n8n/readDatabase';
import { readDatabase } from '../../playground/n8n/readDatabase';
import type { Table } from '../support/report';
import { report } from '../support/report';
import type { Secret } from '../support/secretSearch';
import { SecretSearch } from '../support/secretSearch';
import { executionsIn } from './executionsIn';
import type { Piece, Place } from './secrets/leftBehind';
import { DATABASE_FILES, leftBehind } from './secrets/leftBehind';
import { WITH_LINKS } from './secrets/secretCases';
import type { SecretRun } from './secrets/secretRun';
import { runWithSecrets, talkativeHome } from './secrets/secretRun';

/** Written by a device, with characters that are written differently in JSON, in URLs and in HTML. */
const MARKER = 'planted/marker+with="quotes"&more=\n4711';

/** Bringing n8n takes longer than everything else, but only once. */
const MAX_MS = 20 * 60_000;

/** Of both versions, for docs/reliability.md. */
const measured: Table['rows'] = [];

describe.each(VERSIONS)('n8n %s', (version) => {
	let home: N8nHome;
	let run: SecretRun;
	let rows: DatabaseRow[];
	let places: Place[];

	beforeAll(async () => {
		home = talkativeHome(await installN8n(version));
		run = await runWithSecrets(home, MARKER);
		rows = readDatabase(home);
		places = leftBehind(home, rows, run);
	}, MAX_MS);

	afterAll(async () => await home?.remove());

	/** Where the secrets are found, and which. */
	function found(search: SecretSearch, pieces: Piece[]): string[] {
		return pieces.flatMap(({ where, content }) => search.in(content).map(({ name }) => `${name} in ${where}`));
	}

	/** The signatures of links that were asked for, and where each is. */
	function askedFor(): Array<{ secret: Secret; where: string }> {
		const search = new SecretSearch(run.secrets);
		const pieces = places.flatMap((place) => place.pieces);
		return pieces.flatMap(({ where, links }) => search.in(links.join('\n')).map((secret) => ({ secret, where })));
	}

	describe('a real n8n', () => {
		it('has run every case as it should go', () => {
			const executions = executionsIn(home, rows);
			const came = (workflowId: string) => {
				const own = executions.find((execution) => execution.workflowId === workflowId && execution.mode === 'webhook');
				return [workflowId, own?.status, own?.json?.error ?? own?.json?.outcome ?? own?.error];
			};
			for (const { name, expected } of run.cases) {
				if (typeof expected === 'string') {
					expect(came(name)).toEqual([name, 'success', expected]);
					continue;
				}
				expect(came(name)).toEqual([name, 'error', expect.stringMatching(expected)]);
				for (const way of [`${name}-continueRegularOutput`, `${name}-continueErrorOutput`]) {
					expect(came(way)).toEqual([way, 'success', expect.stringMatching(expected)]);
				}
			}
		});

		it('has polled well and badly, and has run the workflow for errors', () => {
			const seen = executionsIn(home, rows).map(({ workflowId, mode, status }) => `${workflowId} ${mode} ${status}`);
			expect(seen).toContain('polling-defender trigger success');
			expect(seen).toContain('polling-defender trigger error');
			expect(seen).toContain('onError error success');
		});

		it('has given results and refusals to an AI agent', () => {
			expect(run.toolResults).toEqual(
				expect.arrayContaining([
					expect.stringContaining('"outcome":"succeeded"'),
					expect.stringMatching(/client secret is wrong|did not accept the client ID/),
					expect.stringContaining('a permission is missing'),
				]),
			);
		});
	});

	describe('the search', () => {
		it('has something to look for', () => {
			const count = (name: string) => run.secrets.filter((secret) => secret.name === name).length;
			expect(count('access token')).toBeGreaterThan(version === NEWEST ? 5 : 3);
			expect(count('client assertion')).toBeGreaterThan(version === NEWEST ? 1 : -1);
			expect(count('client secret')).toBe(2);
			expect(count('private key')).toBeGreaterThan(50);
			expect(count('link signature')).toBeGreaterThan(20);
		});

		it('finds what a device wrote, wherever n8n put it', () => {
			const search = new SecretSearch([{ name: 'marker', value: MARKER }]);
			const holding = places.filter(({ pieces }) => found(search, pieces).length > 0);
			// All but the files that are n8n's own.
			expect(places.filter((place) => !holding.includes(place)).map(({ what }) => what)).toEqual(["all other files below n8n's home"]);
		});

		it("finds n8n's own key in the one file that has it", () => {
			const { encryptionKey } = JSON.parse(readFileSync(join(home.n8nFolder, 'config'), 'utf8')) as { encryptionKey: string };
			const search = new SecretSearch([{ name: 'key', value: encryptionKey }]);
			expect(places.flatMap(({ pieces }) => found(search, pieces))).toContain('key in .n8n/config');
		});

		it('finds it in base64 and URL-encoded', () => {
			const search = new SecretSearch([{ name: 'marker', value: MARKER }]);
			const planted = executionsIn(home, rows).find(({ workflowId }) => workflowId === 'planted');
			for (const field of ['base64', 'url']) expect([field, search.in(String(planted?.last?.[field]))]).toEqual([field, search.secrets]);
		});
	});

	describe('everything that n8n leaves behind', () => {
		it('holds no token, no secret, no key and no signature, but for links that were asked for', () => {
			const asked = new Set(askedFor().map(({ secret }) => secret));
			const all = new SecretSearch(run.secrets);
			// The bytes of the database do not say which field they belong to.
			const unasked = new SecretSearch(run.secrets.filter((secret) => !asked.has(secret)));
			const results = places.map(({ what, pieces }) => {
				const search = what === DATABASE_FILES ? unasked : all;
				const bytes = pieces.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
				return { what, count: pieces.length, bytes, secrets: search.secrets.length, leaked: found(search, pieces) };
			});
			measured.push(...results.map(({ what, count, bytes, secrets, leaked }) => [version, what, count, bytes, secrets, leaked.length]));
			report('realSecrets', {
				columns: ['n8n', 'what was searched', 'files or rows', 'bytes', 'secrets looked for', 'found outside downloadLink'],
				rows: measured,
			});
			for (const { what, count, leaked } of results) {
				expect([what, count]).not.toEqual([what, 0]);
				expect([what, leaked]).toEqual([what, []]);
			}
		});

		it('holds a link where a workflow asked for it, and nowhere else', () => {
			const asked = askedFor();
			expect(asked.map(({ secret }) => secret.name)).toEqual(asked.map(() => 'link signature'));
			const executions = executionsIn(home, rows).filter(({ id }) => asked.some(({ where }) => where === `execution_data[${id}]`));
			expect(executions.map(({ workflowId }) => workflowId).sort()).toEqual([...WITH_LINKS].sort());
		});

		it('holds client secrets, private keys and tokens in the credentials alone, encrypted', async () => {
			const stored = rows.filter(({ table }) => table === 'credentials_entity');
			expect(stored.length).toBe(6);
			const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
			const file = join(folder, 'decrypted.json');
			await home.run('export:credentials', '--all', '--decrypted', `--output=${file}`);
			const inside = new SecretSearch(run.secrets).in(readFileSync(file)).map(({ name }) => name);
			rmSync(folder, { recursive: true });
			expect([...new Set(inside)].sort()).toEqual(['access token', 'client secret', 'private key']);
			for (const { row } of stored) expect(String(row.data)).not.toMatch(/clientSecret|privateKey|access_token|oauthTokenData/);
		});
	});
});
