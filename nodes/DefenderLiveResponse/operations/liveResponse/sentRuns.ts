import { createHash } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { LiveResponseRequest } from '../../service/liveResponse';
import type { MachineAction } from '../../service/machineAction';

/**
 * Runs that this process has sent. n8n's Retry On Fail runs a whole node again when one of its items failed,
 * and the scripts of the others must not run twice: an item that was sent is then only waited for.
 */
const sent = new Map<string, MachineAction>();

/** A retry follows within seconds, so only the newest matter. */
const MOST_REMEMBERED = 5_000;

/** Names an item of one run of one node in one execution, and what it asks for. */
export function sentRunKey(context: IExecuteFunctions, itemIndex: number, request: LiveResponseRequest): string {
	const place = [
		context.getExecutionId(),
		context.getNode().id,
		context.evaluateExpression('{{ $runIndex }}', itemIndex),
		itemIndex,
	];
	return createHash('sha256').update(JSON.stringify([place, request])).digest('hex');
}

export function sentRun(key: string): MachineAction | undefined {
	return sent.get(key);
}

export function rememberSentRun(key: string, action: MachineAction): void {
	sent.set(key, action);
	// A map keeps the order of insertion.
	for (const oldest of sent.keys()) {
		if (sent.size <= MOST_REMEMBERED) break;
		sent.delete(oldest);
	}
}
