import { OUTCOME_ACTIONS } from '../../../playground/emulator';
import type { RealWorkflow } from '../realWorkflow';
import { chain, defenderNode, MANUALLY } from '../realWorkflow';
import { CREDENTIAL } from './editorRun';

/** Live responses that ended in all possible ways, and one that has not; a branch for each output. */
export function outcomesWorkflow(): RealWorkflow {
	const ids = JSON.stringify({ id: Object.values(OUTCOME_ACTIONS) });
	const workflow = chain(
		'Results by outcome',
		MANUALLY,
		{ name: 'Live Responses', type: 'n8n-nodes-base.set', typeVersion: 3.4, parameters: { mode: 'raw', jsonOutput: ids, options: {} } },
		{ name: 'One Item per Action', type: 'n8n-nodes-base.splitOut', parameters: { fieldToSplitOut: 'id', options: {} } },
		{
			...defenderNode({ resource: 'liveResponse', operation: 'getResult', waitForCompletion: false, routeByOutcome: true }, CREDENTIAL),
			name: 'Get Result',
		},
		...['Use Results', 'Open a Ticket', 'Ask Again Later'].map((name) => ({ name, type: 'n8n-nodes-base.noOp' })),
	);
	const branches = workflow.nodes.slice(4);
	branches.forEach((node, i) => (node.position = [960, (i - 1) * 160]));
	workflow.connections['Get Result'] = { main: branches.map(({ name }) => [{ node: name, type: 'main', index: 0 }]) };
	for (const { name } of branches) delete workflow.connections[name];
	return workflow;
}
