import { report } from '../support/report';
import { startSetting } from '../support/setting';
import { setTraps } from '../support/traps';
import type { Bench, HostileCase } from './hostile/bench';
import { answerCases } from './hostile/answers';
import { bombCases, exitCodeCases, textCases } from './hostile/content';
import { hostCases, tenantCases } from './hostile/credential';
import { entityCases, pageCases } from './hostile/entities';
import { fileNameCases } from './hostile/fileNames';
import { linkCases, redirectCases } from './hostile/links';
import { commandCases, filterCases, idCases, libraryCases, nameCases } from './hostile/parameters';

/** What is tried, by theme. Every case is refused or defused, and sends nothing to where it must not. */
const THEMES: Record<string, HostileCase[]> = {
	'A link to': linkCases,
	'A redirect from': redirectCases,
	'An id that is': idCases,
	"A device's name that is": nameCases,
	'A filter with': filterCases,
	'A library file named with': libraryCases,
	'A command with': commandCases,
	'A tenant ID with': tenantCases,
	'A host of the credential with': hostCases,
	'Content with': bombCases,
	'A transcript with': textCases,
	'An exit code that is': exitCodeCases,
	"A collected file's name with": fileNameCases,
	'An action with': entityCases,
	'A next page that is': pageCases,
	'An answer with': answerCases,
};
const CASES = Object.entries(THEMES).flatMap(([theme, cases]) => cases.map(({ tries, run }) => ({ theme, tries, run })));

let bench: Bench;
const counted = new Map(Object.keys(THEMES).map((theme) => [theme, { cases: 0, defused: 0, requests: 0 }]));

beforeAll(async () => {
	const setting = await startSetting();
	const { emulator, engine } = setting;
	const traps = await setTraps([emulator.apiUrl, emulator.storageUrl]);
	const credential = (fields: Record<string, string>) => void engine.credentials.stored.set('defender', emulator.credentialData(fields));
	bench = { ...setting, traps, credential };
});

beforeEach(() => {
	bench.emulator.reset();
	bench.credential({});
	bench.traps.clear();
});

afterAll(async () => {
	const rows = [...counted].map(([theme, { cases, defused, requests }]) => [theme, cases, defused, requests]);
	report('hostile', { columns: ['theme', 'cases', 'refused or defused', 'forbidden requests'], rows });
	await bench.traps.close();
	await bench.close();
});

it('the traps work', async () => {
	for (const host of ['127.0.0.1', 'localhost']) {
		await fetch(`http://${host}:${bench.traps.port}/`);
		expect(bench.traps.sprung()).toEqual(expect.arrayContaining([`${host}:${bench.traps.port}`, expect.stringMatching(/^trap on /)]));
		bench.traps.clear();
	}
	await fetch(`${bench.emulator.apiUrl}/api`);
	expect([bench.traps.sprung(), bench.traps.connections()]).toEqual([[], 1]);
});

it('there are at least 60 cases, each once', () => {
	expect(CASES.length).toBeGreaterThanOrEqual(60);
	expect(new Set(CASES.map(({ theme, tries }) => `${theme} ${tries}`)).size).toBe(CASES.length);
});

// What takes time in another proportion than its size would run out of jest's: there is no other bound on time.
it.each(CASES)('$theme $tries', async ({ theme, run }) => {
	const count = counted.get(theme) ?? { cases: 0, defused: 0, requests: 0 };
	count.cases++;
	try {
		await run(bench);
		count.defused++;
	} finally {
		count.requests += bench.traps.sprung().length;
	}
	expect(bench.traps.sprung()).toEqual([]);
});
