import type { Answer } from '../calls';
import type { Observation } from '../observation';
import { ownOf } from './library';
import { runScript, send, type Sent } from './send';
import { secondEnd } from './secondRun';
import { watch, type Watched } from './watch';

const COMMENT = 'n8n tenant check: cancelled at once';
const MAX_WAIT_MS = 4 * 60_000;

const thirdRun: Observation<Sent> = {
	asks: '`POST machines/{id}/runliveresponse`',
	acts: true,
	async make(asker) {
		await asker.see(secondEnd);
		const { files } = ownOf(asker);
		return await send(asker, [runScript(files.scriptName, files.args('none'))], COMMENT, 'a third live response is sent');
	},
};

async function cancel(asker: Parameters<typeof thirdRun.make>[0], id: string, what: string): Promise<Answer> {
	return await asker.api('POST', `/machineactions/${id}/cancel`, what, { body: { Comment: 'n8n tenant check: cancelled' } });
}

export const cancelled: Observation<{ answer: Answer; id: string }> = {
	asks: '`POST machineactions/{id}/cancel` one second after a run was accepted',
	acts: true,
	async make(asker) {
		const { id } = await asker.see(thirdRun);
		return { answer: await cancel(asker, id, 'the third live response is cancelled'), id };
	},
};

export const cancelEnd: Observation<Watched> = {
	asks: '`GET machineactions/{id}` after the cancel',
	acts: true,
	async make(asker) {
		const { id } = await asker.see(cancelled);
		const watched = await watch(asker, id, 'the cancelled live response', MAX_WAIT_MS);
		ownOf(asker).undo.removeAction(id);
		return watched;
	},
};

export const cancelledAgain: Observation<Answer> = {
	asks: '`POST machineactions/{id}/cancel` for an action that has ended',
	acts: true,
	async make(asker) {
		const { id } = await asker.see(cancelled);
		await asker.see(cancelEnd);
		return await cancel(asker, id, 'an ended live response is cancelled');
	},
};
