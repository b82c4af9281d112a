/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_SETTINGS } from '../../../playground/emulator/settings';
import { CLAIMS, GROUPS } from '../../../playground/tenantCheck/claims';
import { PAGE, acceptedReports, livePage } from '../../../playground/tenantCheck/page';
import type { Report } from '../../../playground/tenantCheck/report';
import { RESULT_BENDS } from './bends/results';
import { LIST_BENDS } from './bends/lists';
import { RUN_BENDS } from './bends/running';
import { TOKEN_BENDS } from './bends/token';

const ROOT = join(__dirname, '..', '..', '..');

test('docs/live.md is made from the claims: npm run tenant:check -- --write-page', () => {
	expect(readFileSync(PAGE, 'utf8')).toBe(livePage(acceptedReports()));
});

test('an accepted report stands on the page, one of an emulator does not', () => {
	const report = {
		answeredBy: 'service',
		cloud: 'gcc',
		date: '2027-01-05',
		claims: [
			{ id: 'link.index', result: 'differs', found: '' },
			{ id: 'link.host', result: 'as expected', found: '' },
			{ id: 'link.old', result: 'not asked', found: '' },
		],
	} as unknown as Report;
	const page = livePage([report, { ...report, answeredBy: 'emulator', cloud: 'custom' }]);
	const row = (id: string) =>
		page
			.split('\n')
			.find((line) => line.includes(`**${id}**`))!
			.split(' | ')
			.pop();
	expect(row('link.index')).toBe('**differs** (gcc, 2027-01-05) |');
	expect(row('link.host')).toBe('holds (gcc, 2027-01-05) |');
	expect(row('link.old')).toBe('not yet |');
});

test('claims have ids of their own, and every text', () => {
	expect(CLAIMS.length).toBeGreaterThanOrEqual(40);
	expect(new Set(CLAIMS.map(({ id }) => id)).size).toBe(CLAIMS.length);
	for (const claim of CLAIMS) {
		expect(claim.id).toMatch(/^[a-z]+\.[a-z0-9-]+$/);
		for (const text of [claim.claim, claim.source, claim.affects, claim.ifNot, claim.emulator, claim.asks])
			expect(text.length).toBeGreaterThan(5);
	}
	expect(GROUPS.flatMap(({ claims }) => claims)).toEqual(CLAIMS);
});

test('what a claim names of the emulator exists', () => {
	for (const { id, emulator } of CLAIMS) {
		const [, setting] = /^settings\.(\w+)$/.exec(emulator) ?? [];
		if (setting !== undefined) expect([id, setting in DEFAULT_SETTINGS]).toEqual([id, true]);
		else if (/\.ts$/.test(emulator)) expect([id, existsSync(join(ROOT, 'playground', 'emulator', emulator))]).toEqual([id, true]);
		else expect(emulator).toMatch(/^(?:none: |(?:script |file )?behaviour \w+$|device \w+$|(?:tokenLifeMs|linkLifeMs)$)/);
	}
});

test('for every claim there is a way to bend the service', () => {
	const bent = [...TOKEN_BENDS, ...LIST_BENDS, ...RESULT_BENDS, ...RUN_BENDS].map(({ id }) => id);
	expect([...bent].sort()).toEqual(CLAIMS.map(({ id }) => id).sort());
});

test('the check imports neither the node nor the emulator', () => {
	const folder = join(ROOT, 'playground', 'tenantCheck');
	const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
	expect(sources.length).toBeGreaterThan(40);
	for (const name of sources) {
		const modules = [...readFileSync(join(folder, name), 'utf8').matchAll(/from '([^']+)'/g)].map(([, module]) => module);
		for (const module of modules)
			expect(module).toMatch(/^(?:node:[a-z/]+|jose|\.\.\/\.\.\/package\.json|\.{1,2}\/(?!.*(?:nodes|emulator)).*)$/);
	}
});
