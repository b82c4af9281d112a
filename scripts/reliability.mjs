// `npm run reliability [part…]`: measures what docs/reliability.md says, and rewrites the page.
// Without parts all of them; figures of parts that are not measured again stay as they were.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const figures = join(root, 'docs', 'reliability');
const jest = join('node_modules', 'jest', 'bin', 'jest.js');
const usual = (file) => [process.execPath, jest, file];
const long = (file) => [process.execPath, jest, '--config', 'jest.reliability.config.js', file];
const npm = (script) => ['npm', 'run', '--silent', script];

const SWEEP = `The workflows *Sweep 1* and *Sweep 2* as they are shipped, in n8n's engine with a tick each minute, over devices that are on for 7 and off for 3 hours on average (exponential), 70 % on at first, 2 % never. A run is Pending for 0.5 to 4.5 minutes and takes 0.5 to 2; a device that goes off meanwhile runs it to its end and shows it when it is back; one that is off has it Pending until it comes on, at most 2 hours. One device has a session in the portal for 45 minutes, on one the script ends with 3, one refuses it as unsigned. The service's limits hold, Pending runs count as sessions. The deadline is after 6 hours for 100 devices and 8 for 500. n8n is killed twice: after a run was sent and before it was booked, and while it asks how the runs go. The emulator records which scripts ran to their end.

Counts of wrong things are sums over three worlds (seeds 2, 5 and 6), times are medians, all other figures the worst. Among 100 devices it depends on the seed whether 70 % are on in the first half hour at all: in these worlds they are. The clients beside it are simulations that send in the order of the list within the same limits and see at once what ends. One knows at every moment who is online, and cancels at once what its device went off before. The other does not know it: it cancels after 4.5 minutes, when no device that is on can start any more, and sends again after all others. Memory is what is left after garbage collection, emulator included. The clock passes up to 100 times faster while n8n waits, hardly while it works.`;

/** In the order of the page: what measures a part, and what it says. */
const PARTS = {
	pacing: {
		title: 'Pacing',
		command: long('test/reliability/pacing'),
		text: `Results against the service's limits (100 calls a minute, 1,500 an hour) on a fast clock. The least time is that of a perfect client, which sends each call as soon as both windows have room; next to another client, it knows when the other's calls are counted. The other client repeats its calls until it has every answer, and started a whole window earlier.

The node asks for transcripts side by side, as many as the service's limit lets pass; files are fetched ten at a time. Waiting executions take turns.`,
	},
	faults: {
		title: 'Faults',
		command: usual('test/workflow/faults'),
		text: 'One result or run with one fault: the outcome, and every call that it needed. The first 429, 5xx, break or silence costs one more call of the same kind; a run is sent again only when it certainly did not arrive. Sign-ins count where the fault made them.',
		folded: true,
	},
	kinds: {
		title: 'Kinds of faults found in November 2026',
		command: [process.execPath, join('scripts', 'kinds.mjs')],
		text: 'Tests of each kind of fault that was found then, by file and title in [test/reliability/kinds.json](../test/reliability/kinds.json). A test has one input or, where its inputs are generated, many. Comparisons are those that jest counts. The command fails where a test failed, or is no longer there.',
	},
	waits: {
		title: 'Hostile services',
		command: long('test/reliability/hostileWaits'),
		text: 'Every operation that waits, the trigger and a list of the editor, against services that refuse for hours, break off, drip, or never end. Each item has to be there within Max Wait and 30 s (without Max Wait: five minutes and 30 s) of its first request, has to say why, and nothing may be asked for after that.',
	},
	answerMemory: {
		title: 'Memory of hostile answers',
		command: long('test/reliability/answerMemory'),
		text: "Each row is a process of its own with a heap of 2 GB that asks a service for results or a list. Kept is what stays in its heap after garbage collection; the bound is 30 MB. Peak is the most memory that the process held, n8n's engine included; the bound is 1,400 MB.",
	},
	soak: {
		title: 'Soak',
		command: long('test/reliability/soak'),
		text: 'Every fifth request meets a fault (429s, 5xx, breaks before, during and after the answer, silence; in the storage also cut-off content, wrong lengths and expired links), drawn from generators with fixed seeds. Every item is compared with what the device did.',
	},
	sweep: {
		title: 'A sweep of 100 and of 500 devices',
		command: long('test/reliability/sweep.test'),
		text: `${SWEEP}

![Devices with a result over time, of 100](images/sweep-100.svg)

![Devices with a result over time, of 500](images/sweep-500.svg)`,
	},
	sweepLarge: {
		title: 'A sweep of 2,000 and of 5,000 devices',
		command: long('test/reliability/sweepLarge'),
		text: 'The same with deadlines of 12 and 24 hours. Measured on request only: `npm run reliability sweepLarge`, with `SWEEP_SEEDS=2` in one world. A world of 2,000 devices takes about ten minutes, one of 5,000 about forty. With 5,000 devices the sessions decide: what does not know who is online sends ten runs for seven results, and each that meets a device that is off holds one of 40 sessions for minutes. The aim of 1.3 times beside a client that knows it is out of reach there: it is 1.51, and a client that does not know it needs as much, although it sees at once what ends, while the sweep asks once a minute. With all 50 sessions of a tenant that client takes 1.34 times.\n\n![Devices with a result over time, of 2,000](images/sweepLarge-2000.svg)\n\n![Devices with a result over time, of 5,000](images/sweepLarge-5000.svg)',
		onRequest: true,
	},
	hostile: {
		title: 'Hostile input',
		command: usual('test/workflow/hostileInput'),
		text: "Each case was run by n8n's engine, with servers on this machine that count forbidden requests. See [SECURITY.md](../SECURITY.md).",
	},
	secrets: {
		title: "Secrets, in n8n's engine",
		command: usual('test/workflow/secrets'),
		text: 'After successes and failures of every kind: executions, errors with their causes, lists of the editor, the trigger, the log and the disk are searched for access tokens, client secrets, private keys, client assertions and link signatures, as plain text and in base64, hexadecimal, JSON and URL encoding.',
	},
	realSecrets: {
		title: 'Secrets, in the real n8n',
		command: ['npm', 'run', '--silent', 'test:e2e', '--', 'secrets'],
		text: 'The same search in a real n8n of both versions: its SQLite database, binary data, logs at level debug and everything else below its home, after executions, failures and a trigger that polled.',
	},
	queueMode: {
		title: "n8n's queue mode",
		command: ['npm', 'run', '--silent', 'test:e2e', '--', 'queueMode.test'],
		text: "A real n8n 2.41.1 with Redis, PostgreSQL, one main and three workers, which do not share their counts, against the service's limits on the real clock. Nothing is lost or returned twice; if a worker is killed, no script runs twice.",
	},
	errors: {
		title: 'Error messages',
		command: usual('test/workflow/troubleshooting'),
		text: "From n8n's engine; the texts are those of n8n's own error class and of its stored executions. docs/troubleshooting.md is tested against the same list.",
		folded: true,
	},
	fuzz: {
		title: 'Fuzzing',
		command: [...npm('fuzz'), '--', 'parts'],
		text: 'Generated inputs for the code that reads data from outside. `npm test` tries some hundreds of each; `npm run fuzz` these.',
		folded: true,
	},
	flows: {
		title: 'Fuzzing of whole flows',
		command: [...npm('fuzz'), '--', 'flows'],
		text: "Every operation, the trigger and the editor's lists in n8n's engine, where one to three calls get generated answers: values of other types, missing, repeated, huge or deep ones, odd statuses, headers and bodies, broken connections. No flow may end otherwise than with a clear error or valid items, report `succeeded` for what did not succeed, run a script twice, or hang. `npm test` tries a few of each.",
	},
	mutation: {
		title: 'Mutation testing',
		command: npm('mutation'),
		text: 'Stryker changes `result/`, `download/` and `service/` in small ways; a change that no unit test notices survives. The survivors are explained in [tools/mutation/survivors.md](../tools/mutation/survivors.md).',
	},
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
	console.error(`Unknown part ${unknown.join(', ')}. There are: ${Object.keys(PARTS).join(', ')}`);
	process.exit(1);
}

const failed = [];
mkdirSync(figures, { recursive: true });
const usualParts = Object.keys(PARTS).filter((name) => !PARTS[name].onRequest);
for (const name of asked.length > 0 ? asked : usualParts) {
	const { title, command } = PARTS[name];
	console.log(`\n${title} …`);
	const [program, ...args] = command;
	const { status } = spawnSync(program, args, {
		cwd: root,
		stdio: 'inherit',
		shell: process.platform === 'win32' && program === 'npm',
		env: { ...process.env, RELIABILITY_REPORT: figures },
	});
	if (status !== 0) failed.push(title);
}

function cells(row) {
	return `| ${row.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function section([name, { title, text, folded }]) {
	const file = join(figures, `${name}.json`);
	if (!existsSync(file)) return `## ${title}\n\nNot measured yet: \`npm run reliability ${name}\`.\n`;
	const { columns, rows, measured = '' } = JSON.parse(readFileSync(file, 'utf8'));
	const table = [cells(columns), cells(columns.map(() => '---')), ...rows.map(cells)].join('\n');
	const shown = folded ? `<details><summary>${rows.length} rows</summary>\n\n${table}\n\n</details>` : table;
	return `## ${title}\n\n${text}\n\n${shown}\n${measured && `\n*${measured}*\n`}`;
}

const page = `# Reliability

How reliable the node is under limits, faults and hostile input, in figures. \`npm run reliability\` writes this page and fails if a figure is not what it should be; \`npm run reliability pacing soak\` measures these parts alone. Everything here ran against the [emulator](../playground/emulator) on this machine (${cpus().length} cores), in n8n's own engine unless a section says otherwise. Nothing was run against a real tenant.

${Object.entries(PARTS).map(section).join('\n')}`;
writeFileSync(join(root, 'docs', 'reliability.md'), page);
console.log('\ndocs/reliability.md is rewritten.');
if (failed.length > 0) {
	console.error(`Figures that are not what they should be: ${failed.join(', ')}`);
	process.exit(1);
}
