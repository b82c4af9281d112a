import type { Conversation, Decision } from '../../../playground/n8n/scriptedModel';
import { itemsOf } from '../itemsOf';

/** Goes from the device's name to its live responses, and from the first of them to its results. */
export function triage({ results }: Conversation): Decision {
	const [devices, actions, found] = results.map(itemsOf);
	if (!devices) return { tool: 'Find_Devices', args: { name: 'triage-' } };
	if (!actions) return { tool: 'List_Live_Responses', args: { machineId: devices[0].id } };
	if (!found) return { tool: 'Get_Results', args: { machineActionId: actions[0].id } };
	return `${String(found[0].computerDnsName)}: ${String(found[0].outcome)}, ${String(found[0].script_output)}`;
}

/** Goes from the device's name to a run on it, which a person may decline, and says what the tool gave. */
export function runAfterReview({ results }: Conversation): Decision {
	const [found, reviewed] = results;
	if (found === undefined) return { tool: 'Find_Devices', args: { name: 'agent-' } };
	const toolParameters = { machineId: itemsOf(found)[0].id };
	if (reviewed === undefined) return { tool: 'Run_Script', args: { toolParameters, hitlParameters: {} } };
	return reviewed;
}
