import type { LiveResponseRequest } from '../../../nodes/DefenderLiveResponse/service/actionRequest';
import type { Run } from '../../../nodes/DefenderLiveResponse/service/lostRun';
import { actionKey } from '../../../nodes/DefenderLiveResponse/service/machineAction';

/** A run that is about to be sent, or whose tries left at some time; `taken` are the actions of all items. */
export function runToSend(
	request: LiveResponseRequest,
	{ tries = [] as number[], executionId = '77', taken = new Set<string>() } = {},
): Run & { taken: Set<string> } {
	return {
		request,
		tries,
		executionId,
		taken,
		isTaken: (id) => taken.has(actionKey(id)),
		take: (id) => void taken.add(actionKey(id)),
	};
}
