import type { Emulator } from '../../../playground/emulator';
import { apiClient } from '../../unit/emulator/client';

/** As many as a page of the list has. */
const PAGE = 10_000;

/** An action as the service has it at the end. Times in ms of its clock. */
export interface Ended {
	createdAt: number;
	/** Infinity where it is unfinished. */
	endedAt: number;
}

/** All actions of a tenant. */
export async function actionsOf(emulator: Emulator): Promise<Ended[]> {
	const call = apiClient(emulator);
	const actions: Ended[] = [];
	for (;;) {
		const { body } = await call('GET', `/machineactions?$top=${PAGE}&$skip=${actions.length}`);
		const page = body.value as Array<Record<string, string>>;
		for (const { status, creationDateTimeUtc, lastUpdateDateTimeUtc } of page) {
			const isUnfinished = ['Pending', 'InProgress'].includes(status);
			actions.push({ createdAt: Date.parse(creationDateTimeUtc), endedAt: isUnfinished ? Infinity : Date.parse(lastUpdateDateTimeUtc) });
		}
		if (page.length < PAGE) return actions;
	}
}
