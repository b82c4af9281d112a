import type { IBinaryData, IBinaryKeyData } from 'n8n-workflow';
import type { ByteStream } from '../../../nodes/DefenderLiveResponse/service/byteStream';
import { DownloadFailed } from '../../../nodes/DefenderLiveResponse/download/download';
import { fileStore } from '../../../nodes/DefenderLiveResponse/host/fileStore';

const STREAM = {} as ByteStream;

/** n8n's helper that keeps a file so, or fails. */
function storeOf(kept: Partial<IBinaryData> | Error) {
	const binary: IBinaryKeyData = {};
	const calls: unknown[][] = [];
	const prepareBinaryData = async (...given: unknown[]) => {
		calls.push(given);
		return kept instanceof Error ? await Promise.reject(kept) : await Promise.resolve({ mimeType: 'text/plain', data: '', ...kept });
	};
	return { binary, calls, store: fileStore({ helpers: { prepareBinaryData } as never }, binary, 'data') };
}

it('hands a file to n8n, and what n8n keeps is in the item', async () => {
	const { binary, calls, store } = storeOf({ id: 'filesystem-v2:x' });
	await store.keep(STREAM, 'a.txt', 'text/plain');
	expect(calls).toEqual([[STREAM, 'a.txt', 'text/plain']]);
	expect(binary).toEqual({ data: { id: 'filesystem-v2:x', mimeType: 'text/plain', data: '' } });
});

it.each([
	['filesystem-v2:workflows/1/executions/2/binary_data/3', true],
	['filesystem:2abc', true],
	['database:0b1c', false],
	['s3:workflows/1', false],
	['azure:x', false],
	[undefined, false],
])('learns from %s whether n8n writes files while they come: %s', async (id, isStreaming) => {
	const { store } = storeOf({ id });
	await store.keep(STREAM, 'a.txt', 'text/plain');
	expect(store.isStreaming()).toBe(isStreaming);
	// In this process it is so for all.
	expect(storeOf({}).store.isStreaming()).toBe(isStreaming);
});

const withCode = (code: string) => Object.assign(new Error(`${code}: failed, open '/home/node/.n8n/binaryData/secret'`), { code });

it.each<[string, Error, RegExp]>([
	['a full disk', withCode('ENOSPC'), /: the disk of n8n is full\. Ask n8n's administrator to make room$/],
	['a used-up quota', withCode('EDQUOT'), /: the disk of n8n is full\. /],
	['a disk that is read only', withCode('EROFS'), /: n8n may not write to its disk\. /],
	['a folder of another user', withCode('EACCES'), /: n8n may not write to its disk\. /],
	['a forbidden operation', withCode('EPERM'), /: n8n may not write to its disk\. /],
	['a file too large for a text', withCode('ERR_STRING_TOO_LONG'), /: it is too large for n8n's memory\. /],
	['a file too large for a buffer', withCode('ERR_BUFFER_TOO_LARGE'), /: it is too large for n8n's memory\. /],
	[
		'a file too large for the database',
		new Error(
			'Failed to write binary file "a.txt" (1) because its size of 600 MB exceeds the max size limit of 512 MB set for `database` mode. Consider increasing it',
		),
		/: n8n stores files of up to 512 MB in its database\. .*N8N_BINARY_DATA_DATABASE_MAX_FILE_SIZE/,
	],
	['another code', withCode('EIO'), /: n8n's store failed \(EIO\)$/],
	['a code of JavaScript', withCode('constructor'), /: n8n's store failed \(constructor\)$/],
	['no code', new TypeError("x '/home/node'"), /: n8n's store failed \(TypeError\)$/],
])('says of %s what to do, and names no folder', async (_, error, reason) => {
	const { binary, store } = storeOf(error);
	const failed = await store.keep(STREAM, 'a.txt', 'text/plain').catch((thrown: unknown) => thrown);
	expect(failed).toMatchObject({ reason: 'notStored', message: expect.stringMatching(reason) });
	expect((failed as Error).message).toMatch(/^The file could not be stored: /);
	expect((failed as Error).message).not.toContain('/home');
	expect(binary).toEqual({});
});

it('knows nothing of what is thrown that is not an error', async () => {
	const binary: IBinaryKeyData = {};
	const prepareBinaryData = async () => await Promise.reject(undefined);
	const store = fileStore({ helpers: { prepareBinaryData } as never }, binary, 'data');
	await expect(store.keep(STREAM, 'a.txt', 'text/plain')).rejects.toMatchObject({
		message: "The file could not be stored: n8n's store failed (unknown)",
	});
});

it('leaves a file to be fetched again later where that is wanted', async () => {
	const prepareBinaryData = async () => await Promise.reject(withCode('ENOSPC'));
	const store = fileStore({ helpers: { prepareBinaryData } as never }, {}, 'data', 'fetchLater');
	const failed = await store.keep(STREAM, 'a.txt', 'text/plain').catch((thrown: unknown) => thrown);
	expect(failed).not.toBeInstanceOf(DownloadFailed);
	expect(failed).toMatchObject({ message: "The file could not be stored: the disk of n8n is full. Ask n8n's administrator to make room" });
});
