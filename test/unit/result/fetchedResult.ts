import type { FileStore } from '../../../nodes/DefenderLiveResponse/download/collectedFile';
import { fetchCommandResult } from '../../../nodes/DefenderLiveResponse/result/commandResult';
import type { ResultSettings } from '../../../nodes/DefenderLiveResponse/result/options';
import { SMALL_BYTES, withRoom } from '../../../nodes/DefenderLiveResponse/download/room';
import type { Call } from '../service/fakeSession';
import { fakeSession } from '../service/fakeSession';
import type { CommandState } from './entities';
import { actionOf } from './entities';
import type { BlobAnswer, BlobRequest } from '../download/fakeStorage';
import { all, fakeStorage, LINK, serve } from '../download/fakeStorage';

const SETTINGS: ResultSettings = {
	followLink: true,
	simplify: true,
	includeLink: false,
	successExitCodes: [0, 3010],
	exitCodePattern: undefined,
	transcriptAsFile: false,
	parseOutput: 'none',
	splitOutput: false,
	stripBanner: true,
	maxOutputLength: 0,
	decompress: true,
	maxDownloadSize: 1024 * 1024,
	binaryPropertyName: 'data',
	expectedScriptName: '',
};
export const SCRIPT: CommandState = {
	type: 'RunScript',
	params: [
		{ key: 'Args', value: 'Path' },
		{ key: 'ScriptName', value: 'check.ps1' },
	],
};
export const FILE: CommandState = {
	type: 'GetFile',
	params: [
		{ key: 'Args', value: 'x' },
		{ key: 'Path', value: 'C:\\Temp\\out.csv' },
	],
};
export const TRANSCRIPT = { script_name: 'check.ps1', exit_code: 0, script_output: 'fine\n', script_errors: '' };
export const NO_TEXT = Buffer.from([0x7b, 0xff, 0x7d]);

interface Given {
	state?: CommandState;
	/** What the action lists besides. */
	others?: CommandState[];
	status?: string;
	settings?: Partial<ResultSettings>;
	/** What the storage has. */
	content?: Buffer | object;
	answer?: (request: BlobRequest, before: number) => BlobAnswer;
	link?: (call: Call, before: number) => unknown;
	/** What the store throws. */
	storing?: Error;
	/** Whether the store writes files while they come; else it holds them whole. */
	streaming?: boolean;
	/** When the action was updated last. */
	updated?: string;
	index?: number;
	/** Whether the command is listed without saying what it is. */
	unknown?: boolean;
	signal?: AbortSignal;
}

/** Fetches the result of an action's command. */
export async function fetchResult({
	state = SCRIPT,
	others = [],
	status = 'Succeeded',
	settings,
	content = TRANSCRIPT,
	answer,
	link = () => ({ value: LINK }),
	updated,
	index = 0,
	unknown = false,
	streaming = true,
	storing,
	signal,
}: Given = {}) {
	const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
	const fake = fakeStorage(answer ?? ((request) => serve(bytes, request)), link, signal);
	const action = actionOf(status, [state, ...others]);
	action.lastUpdateDateTimeUtc = updated;
	if (unknown) action.commands[0].command = null;
	const kept: Array<{ name: string; content: Buffer }> = [];
	const store: FileStore = {
		isStreaming: () => streaming,
		async keep(content, name) {
			if (storing) throw storing;
			kept.push({ name, content: Buffer.isBuffer(content) ? content : await all(content) });
		},
	};
	const result = await fetchCommandResult(fake.session, action, index, { ...SETTINGS, ...settings }, store);
	return { ...fake, result, kept, bytes };
}

/** Takes all the room for what is small. */
export async function fillRoom(): Promise<() => Promise<void>> {
	let end = (): void => undefined;
	const until = new Promise<void>((resolve) => (end = resolve));
	const { session } = fakeSession(() => undefined);
	const all = Array.from({ length: 10 }, async () => {
		await withRoom(
			session,
			() => true,
			async (makeRoom) => {
				await makeRoom(SMALL_BYTES);
				await until;
			},
		);
	});
	await session.clock.sleep(0);
	return async () => {
		end();
		await Promise.all(all);
	};
}

/** A storage whose first answer arrives damaged. */
export const damagedOnce = (bytes: Buffer) => (request: BlobRequest, before: number) =>
	serve(bytes, request, before === 0 ? { headers: { 'content-md5': 'other' } } : {});
