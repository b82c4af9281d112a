/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console -- a command for people */
import type { IDataObject } from 'n8n-workflow';
import example from '../examples/run-script-and-branch.json';
import type { RecordedRequest } from './emulator';
import { startEmulator } from './emulator';
import { SCENES } from './emulator/scenes';
import type { WorkflowJson } from './engine/engine';
import { startEngine } from './engine/engine';
import { builtPackage } from './engine/nodeTypes';

/** A device takes minutes; the emulator's take seconds, so that nobody waits. In ms. */
const LIFE = { pendingMs: 1_000, runMs: 2_000, settleMs: 1_000 };

/** How long the demo waits for the device that is offline; the example itself waits 20 minutes. */
const MAX_WAIT_MINUTES = 0.4;

/** The example's last nodes, one for each branch. */
const BRANCHES = ['Compliant', 'Findings', 'No Verdict'];

const bold = (text: string) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text);

/** What a request means to somebody who watches. */
function tell({ operation, status, body, url }: RecordedRequest, deviceOf: Map<string, string>): string | undefined {
	const device = [...deviceOf].find(([id]) => url.includes(id))?.[1] ?? '';
	switch (operation) {
		case 'token':
			return 'signed in';
		case 'run':
			return `sent ${/"value":"([^"]*)"/.exec(body)?.[1] ?? 'commands'} to ${device}`;
		case 'action.list':
			return 'asked which devices have finished';
		case 'link':
			return `${status === 200 ? 'got the link to the result' : 'there is no result'} of ${device}`;
		case 'blob':
			return `downloaded the result of ${device}, without the token`;
		default:
			return undefined;
	}
}

function table(rows: string[][]): string {
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
	const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd();
	const [head, ...body] = rows.map(line);
	return [bold(head), '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2)), ...body].join('\n');
}

function row(item: IDataObject, branch: string): string[] {
	const firstLine = String(item.script_output ?? '').split('\n')[0];
	const reason = (item.errors as string[] | undefined)?.[0] ?? '';
	const text = firstLine || reason || String(item.error ?? `(${String(item.outcome)})`);
	return [
		String(item.computerDnsName ?? item.device),
		String(item.script_name ?? ''),
		String(item.exit_code ?? '-'),
		text.length > 60 ? `${text.slice(0, 59)}…` : text,
		branch,
	];
}

async function main(): Promise<void> {
	const emulator = await startEmulator({ life: LIFE });
	SCENES.demo(emulator);
	console.log(bold('\nRunning examples/run-script-and-branch.json in n8n’s own engine, against the built-in Defender emulator'));
	console.log(`(devices answer within seconds, and the wait is cut from 20 minutes to ${MAX_WAIT_MINUTES * 60} seconds)\n`);

	const workflow = structuredClone(example) as unknown as WorkflowJson;
	const getResult = workflow.nodes.find(({ name }) => name === 'Get Result');
	if (getResult) getResult.parameters.maxWaitMinutes = MAX_WAIT_MINUTES;

	const deviceOf = new Map<string, string>();
	let told = 0;
	const watch = setInterval(() => {
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
	}, 100);

	const { nodes, credentials } = builtPackage();
	const engine = await startEngine(nodes, credentials, { defender: emulator.credentialData() });
	const ran = await engine.run(workflow);
	clearInterval(watch);
	await emulator.close();
	if (ran.error) throw ran.error;

	const rows = BRANCHES.flatMap((branch) => ran.items(branch).map((item) => row(item, branch)));
	console.log(`\n${table([['Device', 'Script', 'Exit code', 'First line of output', 'Branch'], ...rows])}\n`);
	if (rows.length !== emulator.machines().length) throw new Error('A device is missing from the table');
}

main().then(
	() => process.exit(0),
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
