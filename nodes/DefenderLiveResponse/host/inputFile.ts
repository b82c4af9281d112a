import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { parameterError } from './parameters';

/** A file that an input item has. */
export interface InputFile {
	/** undefined where the item does not tell. */
	fileName?: string;
	/** Bytes. */
	size: number;
}

async function fromStore<T>(context: IExecuteFunctions, itemIndex: number, reading: Promise<T>): Promise<T> {
	return await reading.catch((error: unknown) => {
		if (error instanceof NodeOperationError) throw error;
		// n8n's own words of its store name folders of its server.
		const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
		const why = [code, name].find((each) => typeof each === 'string' && /^\w{1,60}$/.test(each)) as string | undefined;
		throw parameterError(
			context,
			itemIndex,
			'Input Binary Field',
			'holds a file that n8n could not read',
			`n8n may have deleted it with the execution that made it: run that again. Or ask n8n's administrator to check where n8n keeps binary data (${why ?? 'unknown error'}).`,
		);
	});
}

/**
 * Says what file an item has in a binary field.
 *
 * @throws NodeOperationError where it has none, or n8n cannot read it
 */
export async function readInputFile(context: IExecuteFunctions, itemIndex: number, field: string): Promise<InputFile> {
	const { id, data, fileName } = context.helpers.assertBinaryData(itemIndex, field);
	// n8n keeps it in memory as Base64, or elsewhere under an id.
	const size = id
		? (await fromStore(context, itemIndex, context.helpers.getBinaryMetadata(id))).fileSize
		: Buffer.from(data, 'base64').length;
	return { fileName, size };
}

/** The bytes of that file. */
export async function readInputBytes(context: IExecuteFunctions, itemIndex: number, field: string): Promise<Buffer> {
	return await fromStore(context, itemIndex, context.helpers.getBinaryDataBuffer(itemIndex, field));
}
