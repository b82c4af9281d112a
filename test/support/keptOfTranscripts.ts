/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, no-console -- a process of its own, whose memory is that of the results alone */
import { gzipSync } from 'node:zlib';
import { startEmulator } from '../../playground/emulator';
import { startEngine } from '../../playground/engine/engine';
import { builtPackage } from '../../playground/engine/nodeTypes';
import { endedScript, GET_RESULT } from './actions';
import { workflowWith } from './setting';

const MB = 1024 * 1024;

/** The input of the process, as JSON in its only argument. */
export interface TranscriptsOrder {
	transcripts: number;
	/** Size of each, unpacked, in MB. */
	megabytes: number;
	/** What the output is made of. */
	of: string;
	options: Record<string, unknown>;
}

/** A transcript with a banner, its verdict on the last line, and much between them or behind in NULs. */
function transcriptOf({ megabytes, of }: TranscriptsOrder): Buffer {
	const banner = 'Transcript started, output file is C:\\ProgramData\\Temp\\PSScriptOutputs\\PSScript_Transcript_{1954B499}.txt\n';
	const filler = of.repeat(Math.floor((megabytes * MB) / Buffer.byteLength(JSON.stringify(of).slice(1, -1))));
	const script_output = `${banner}${filler}\nRESULT=0 of this device\n`;
	return gzipSync(JSON.stringify({ script_name: 'check.ps1', exit_code: 0, script_output, script_errors: '' }));
}

/** Gets the results of many large transcripts, and prints their outcomes and what stays in the heap, in MB. */
async function main(): Promise<void> {
	const order = JSON.parse(process.argv[2]) as TranscriptsOrder;
	const emulator = await startEmulator({ limits: 'none' });
	const { nodes, credentials } = builtPackage();
	const engine = await startEngine(nodes, credentials, { defender: emulator.credentialData() });
	const results = async (count: number, raw: Buffer) => {
		const ids = Array.from({ length: count }, () => endedScript(emulator, { raw }));
		const ran = await engine.run(workflowWith({ ...GET_RESULT, options: order.options }), {
			pinData: { Start: ids.map((id) => ({ json: { id } })) },
		});
		return ran.outputs('Defender')[0].map(({ json }) => json);
	};
	// What a first result loads is not what a large one leaves.
	await results(1, transcriptOf({ ...order, megabytes: 0 }));
	global.gc!();
	const before = process.memoryUsage().heapUsed;
	const items = await results(order.transcripts, transcriptOf(order));
	emulator.requests.length = 0;
	global.gc!();
	const kept = (process.memoryUsage().heapUsed - before) / MB;
	const outcomes = [...new Set(items.map(({ outcome }) => String(outcome)))];
	console.log(
		JSON.stringify({
			count: items.length,
			outcomes,
			kept,
			paths: items.filter((item) => item.transcriptPath !== undefined).length,
			packed: transcriptOf(order).length,
		}),
	);
	await emulator.close();
	process.exit();
}

void main();
