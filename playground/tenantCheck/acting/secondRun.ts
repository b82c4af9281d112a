import type { Answer } from '../calls';
import type { Asker, Observation } from '../observation';
import { ownOf } from './library';
import { ownEnd, ownRun } from './ownRun';
import { accepted, getFile, post, runScript, type Command, type Sent } from './send';
import { watch, type Watched } from './watch';

const COMMENT = 'n8n tenant check: deletes its two files, then asks for one that is not there';
const MAX_WAIT_MS = 7 * 60_000;

/** The script deletes its files, then a GetFile fails, so that the next one is skipped. */
function commandsFor(asker: Asker): Command[] {
	const { files } = ownOf(asker);
	return [runScript(files.scriptName, files.args('clean')), getFile(files.missingPath), getFile(files.smallPath)];
}

export const secondAnswer: Observation<{ answer: Answer; firstId: string }> = {
	asks: '`POST machines/{id}/runliveresponse` right after the first one has ended',
	acts: true,
	async make(asker) {
		const { id: firstId } = await asker.see(ownRun);
		await asker.see(ownEnd);
		return { answer: await post(asker, commandsFor(asker), COMMENT, 'a second live response is sent'), firstId };
	},
};

export const secondRun: Observation<Sent> = {
	asks: secondAnswer.asks,
	acts: true,
	make: async (asker) => accepted(asker, (await asker.see(secondAnswer)).answer, commandsFor(asker), COMMENT),
};

export const secondEnd: Observation<Watched> = {
	asks: 'a live response of RunScript, a GetFile of a file that is not there, and another GetFile',
	acts: true,
	async make(asker) {
		const { id } = await asker.see(secondRun);
		const watched = await watch(asker, id, 'the second live response', MAX_WAIT_MS);
		const { undo } = ownOf(asker);
		undo.removeAction(id);
		undo.setOnDevice(false);
		return watched;
	},
};
