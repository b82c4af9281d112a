/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console -- a process of its own, whose memory is the file's alone */
import { digest, generatedContent, startEmulator } from '../../playground/emulator';
import { startEngine } from '../../playground/engine/engine';
import { builtPackage } from '../../playground/engine/nodeTypes';
import { endedFile, GET_RESULT } from './actions';
import { workflowWith } from './setting';

const size = 2 * 1024 * 1024 * 1024;

/** Collects 2 GB, and prints its result and by how many MB the process grew. */
async function main(): Promise<void> {
	const sha256 = (await digest(generatedContent(size), 'sha256')).toString('hex');
	const emulator = await startEmulator({ limits: 'none' });
	const { nodes, credentials } = builtPackage();
	const engine = await startEngine(nodes, credentials, { defender: emulator.credentialData() });
	const workflow = workflowWith({ ...GET_RESULT, options: { maxDownloadSize: 2100 } });
	const collect = async (bytes: number) => {
		const id = endedFile(emulator, { content: { size: bytes } });
		const ran = await engine.run(workflow, { pinData: { Start: [{ json: { id } }] } });
		return ran.outputs('Defender')[0][0].json;
	};
	// What a first file loads is not a part of what a large one takes.
	await collect(1024);
	const before = process.memoryUsage().rss;
	let peak = before;
	const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
	const { outcome, fileSize, sha256: collected } = await collect(size);
	clearInterval(watch);
	await emulator.close();
	console.log(JSON.stringify({ outcome, whole: fileSize === size && collected === sha256, grownBy: (peak - before) / 1024 / 1024 }));
	process.exit();
}

void main();
