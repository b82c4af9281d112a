import type { IDataObject } from 'n8n-workflow';
import { endedScript, GET_RESULT } from '../../support/actions';
import type { NodeRun, Setting } from '../../support/setting';
import type { Traps } from '../../support/traps';

/** A tenant, n8n's engine, and traps around both. */
export interface Bench extends Setting {
	traps: Traps;
	/** Other values in the node's credential. */
	credential(fields: Record<string, string>): void;
}

/** Something that no one should send, and what has to result from it. */
export interface HostileCase {
	/** What is tried. */
	tries: string;
	/** Tries it; throws where it was neither refused nor defused. */
	run(bench: Bench): Promise<void>;
}

/** Cases that differ in one value. */
export function each<T>(values: Array<[string, T]>, run: (bench: Bench, value: T) => Promise<void>): HostileCase[] {
	return values.map(([tries, value]) => ({ tries, run: async (bench) => await run(bench, value) }));
}

/** The full item of an ended script, or of another action, which must come without an exception. */
export async function itemOf(bench: Bench, id = endedScript(bench.emulator), more: IDataObject = {}): Promise<IDataObject> {
	const { results, error } = await bench.runNode({ ...GET_RESULT, simplify: false, ...more }, { items: [{ id }] });
	expect(error).toBeUndefined();
	expect(results).toHaveLength(1);
	return results[0];
}

/** Lets Defender return something else than its link. */
export function handOut(bench: Bench, value: unknown): void {
	bench.emulator.fault({ on: 'link', times: Infinity, effect: { kind: 'badBody', body: { value } } });
}

/** What a run ended with: an error of n8n's own kinds, whose texts are plain words. */
export function refusalOf({ error }: NodeRun): { name: string; message: string; description: string } {
	expect(['NodeOperationError', 'NodeApiError']).toContain(error?.name);
	const { name, message, description } = error as Error & { description?: string };
	expect(`${message} ${description}`).not.toMatch(/undefined|\[object|Cannot read|is not a function|call stack|URI malformed/i);
	return { name, message, description: description ?? '' };
}

/** Path and query of the API's requests of an operation, exactly as received. */
export function urlsOf(bench: Bench, operation: string): string[] {
	return bench.requestsOf(operation).map(({ url }) => url);
}

/** The filters of the list requests of an operation, as the service reads them. */
export function filtersOf(bench: Bench, operation: string): Array<string | null> {
	return urlsOf(bench, operation).map((url) => {
		const { pathname, searchParams, hash } = new URL(url, 'http://x');
		expect([pathname, hash]).toEqual([operation === 'machine.list' ? '/api/machines' : '/api/machineactions', '']);
		expect([...searchParams.keys()]).toEqual(['$filter', '$top']);
		return searchParams.get('$filter');
	});
}
