/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console -- a command for people */
import type { IDataObject } from 'n8n-workflow';
import collectFile from '../examples/collect-file.json';
import example from '../examples/run-script-and-branch.json';
import keepTable from '../examples/trigger-to-table.json';
import type { Emulator, RecordedRequest } from './emulator';
import { startEmulator } from './emulator';
import { SCENES } from './emulator/scenes';
import type { ActiveTrigger } from './engine/activeTrigger';
import type { Engine, WorkflowJson } from './engine/engine';
import { startEngine } from './engine/engine';
import { builtPackage } from './engine/nodeTypes';

/** In ms. Real devices take minutes; the emulator's take seconds. */
const LIFE = { pendingMs: 1_000, runMs: 2_000, settleMs: 1_000 };

/** How long the demo waits for the device that is offline. */
const MAX_WAIT_MINUTES = 0.4;

/** The example's last nodes, one for each branch. */
const BRANCHES = ['Compliant', 'Findings', 'No Verdict'];

/** The data table of the third example. */
const TABLE = 'Live Responses';
const TABLE_COLUMNS = {
	machineActionId: 'string',
	commandIndex: 'number',
	device: 'string',
	command: 'string',
	outcome: 'string',
	script: 'string',
	exitCode: 'number',
	output: 'string',
} as const;

const bold = (text: string) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text);

/** As in "RunScript check.ps1". */
function subjectOf(body: string): string {
	const [{ type, params }] = (JSON.parse(body) as { Commands: Array<{ type: string; params: Array<{ value: string }> }> }).Commands;
	return `${type} ${params[0].value}`;
}

/** What a request means, for people who watch the demo. */
function tell({ operation, status, body, url }: RecordedRequest, deviceOf: Map<string, string>): string | undefined {
	const device = [...deviceOf].find(([id]) => url.includes(id))?.[1] ?? '';
	switch (operation) {
		case 'token':
			return 'signed in';
		case 'run':
			return `sent ${subjectOf(body)} to ${device}`;
		case 'action.list':
			return 'asked which devices have finished';
		case 'link':
			return `${status === 200 ? 'got the link to the result' : 'there is no result'} of ${device}`;
		case 'blob':
			// A partial download reads a file's end, which contains its length.
			return status === 206 ? undefined : `downloaded the result of ${device}, without the token`;
		default:
			return undefined;
	}
}

function table(rows: string[][]): string {
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
	const line = (row: string[]) =>
		row
			.map((cell, column) => cell.padEnd(widths[column]))
			.join('  ')
			.trimEnd();
	const [head, ...body] = rows.map(line);
	return [bold(head), '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2)), ...body].join('\n');
}

function row({ device, script, exitCode, output, why, outcome }: IDataObject, branch: string): string[] {
	const text = String(output ?? '').split('\n')[0] || String(why || `(${String(outcome)})`);
	return [String(device), String(script ?? ''), String(exitCode ?? '-'), text.length > 60 ? `${text.slice(0, 59)}…` : text, branch];
}

/** Prints the emulator's requests while something runs. */
async function watched<T>(emulator: Emulator, run: () => Promise<T>): Promise<T> {
	const deviceOf = new Map<string, string>();
	let told = emulator.requests.length;
	const tellNews = () => {
		for (const { id, computerDnsName } of emulator.machines()) deviceOf.set(String(id), String(computerDnsName));
		for (const { machineId, machineActionId } of emulator.runs) {
			deviceOf.set(machineActionId, deviceOf.get(machineId) ?? machineId);
		}
		for (const request of emulator.requests.slice(told)) {
			if (request.status === undefined) break;
			told++;
			const line = tell(request, deviceOf);
			if (line) console.log(`  ${line}`);
		}
	};
	const watch = setInterval(tellNews, 100);
	return await run().finally(() => {
		clearInterval(watch);
		tellNews();
	});
}

/** The main job: a script on several devices, and a branch on its exit code. */
async function runScript(engine: Engine, emulator: Emulator): Promise<void> {
	console.log(bold('\nRunning examples/run-script-and-branch.json in n8n’s own engine, against the built-in Defender emulator'));
	console.log(`(devices answer within seconds, and the wait for the one that is offline is cut to ${MAX_WAIT_MINUTES * 60} seconds)\n`);
	const workflow = structuredClone(example) as unknown as WorkflowJson;
	const getResult = workflow.nodes.find(({ name }) => name === 'Get Result');
	if (getResult) getResult.parameters.maxWaitMinutes = MAX_WAIT_MINUTES;
	const ran = await watched(emulator, async () => await engine.run(workflow));
	if (ran.error) throw ran.error;
	const rows = BRANCHES.flatMap((branch) => ran.items(branch).map((item) => row(item, branch)));
	console.log(`\n${table([['Device', 'Script', 'Exit code', 'First line of output', 'Branch'], ...rows])}\n`);
	if (rows.length !== emulator.machines().length) throw new Error('A device is missing from the table');
}

/** A file as evidence. */
async function collect(engine: Engine, emulator: Emulator): Promise<void> {
	console.log(bold('Running examples/collect-file.json\n'));
	const ran = await watched(emulator, async () => await engine.run(collectFile as unknown as WorkflowJson));
	const [record] = ran.items('Custody Record');
	if (!record) throw ran.error ?? new Error('The file was not collected');
	const { device, fileName, bytes, sha256 } = record;
	console.log(`\n${table([['Device', 'File', 'Bytes', 'SHA-256'], [device, fileName, bytes, sha256].map(String)])}\n`);
}

/** What the trigger gave out of all of that. */
async function showTable(engine: Engine, trigger: ActiveTrigger): Promise<void> {
	console.log(bold('Polling with examples/trigger-to-table.json, which was switched on before\n'));
	await trigger.poll();
	const again = await trigger.poll();
	if (again) throw new Error('The trigger gave something twice');
	const columns = ['device', 'command', 'outcome', 'exitCode'];
	const rows = engine.dataTables.rows(TABLE).map((cells) => columns.map((name) => String(cells[name] ?? '-')));
	console.log(`${table([['Device', 'Command', 'Outcome', 'Exit code'], ...rows])}\n`);
}

async function main(): Promise<void> {
	const emulator = await startEmulator({ life: LIFE });
	SCENES.demo(emulator);
	const { nodes, credentials } = builtPackage();
	const engine = await startEngine(nodes, credentials, { defender: emulator.credentialData() });
	const workflow = structuredClone(keepTable) as unknown as WorkflowJson;
	const writeRow = workflow.nodes.find(({ name }) => name === 'Write Row');
	if (writeRow) writeRow.parameters.dataTableId = { __rl: true, mode: 'id', value: engine.dataTables.create(TABLE, TABLE_COLUMNS) };
	const trigger = await engine.activate(workflow);
	await runScript(engine, emulator);
	await collect(engine, emulator);
	await showTable(engine, trigger);
	await emulator.close();
}

main().then(
	() => process.exit(0),
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
