/* eslint-disable @n8n/community-nodes/require-node-api-error -- runs beside n8n, not in it */
import type { Answer } from '../calls';
import { NotAsked } from '../notAsked';
import type { Asker, Observation } from '../observation';
import { READ_ACTIONS, isEntity, listPage, quoted, type Entity, type Page } from '../observations/entities';
import { askLink, commandsOf, typeOf, type LinkAnswer, type Place } from '../observations/place';
import { DATA_FILE } from './ownFiles';
import { dataUploaded, ownOf } from './library';
import { getFile, post, putFile, runScript, send, type Sent } from './send';
import { watch, type Watched } from './watch';

const COMMENT = 'n8n tenant check: our own script, two small files';
const MAX_WAIT_MS = 12 * 60_000;
/** Places of the commands in the live response. */
const PUT = 0;
const SCRIPT = 1;
const SMALL = 2;
const GZIP = 3;
/** How long a link is asked for after the end, in ms. */
const MAX_WAIT_FOR_LINK_MS = 120_000;
const LINK_POLL_MS = 15_000;

/** PutFile, RunScript and both GetFile in one live response. */
export const ownRun: Observation<Sent> = {
	asks: '`POST machines/{id}/runliveresponse` with PutFile, RunScript (our own script) and two GetFile',
	acts: true,
	async make(asker) {
		await asker.see(dataUploaded);
		const { files, undo } = ownOf(asker);
		const commands = [
			putFile(DATA_FILE.name),
			runScript(files.scriptName, files.args('write')),
			getFile(files.smallPath),
			getFile(files.gzipPath),
		];
		undo.setOnDevice(true);
		try {
			return await send(asker, commands, COMMENT, 'the live response is sent');
		} catch (error) {
			// Refused, so nothing is on the device.
			if (error instanceof NotAsked) undo.setOnDevice(false);
			throw error;
		}
	},
};

/** The action by its id, right after the run was accepted. */
export const seenAtOnce: Observation<Answer> = {
	asks: '`GET machineactions/{id}` one second after the run was accepted',
	acts: true,
	make: async (asker) =>
		await asker.api('GET', `/machineactions/${(await asker.see(ownRun)).id}`, 'the new action by its id', { poll: false }),
};

/** The device's list, right after. */
export const listedAtOnce: Observation<Page & { id: string }> = {
	asks: '`GET machineactions?$filter=…` two seconds after the run was accepted',
	acts: true,
	async make(asker) {
		const { id } = await asker.see(ownRun);
		const filter = `machineId eq ${quoted(ownOf(asker).device.id)} and type eq 'LiveResponse'`;
		return { ...(await listPage(asker, '/machineactions', { filter, top: 20 }, 'the new action in a list', READ_ACTIONS)), id };
	},
};

/** A second run while the first is unfinished. */
export const ownBusy: Observation<{ answer: Answer; firstId: string }> = {
	asks: '`POST machines/{id}/runliveresponse` while the first one is unfinished',
	acts: true,
	async make(asker) {
		const { id: firstId } = await asker.see(ownRun);
		const { files, undo } = ownOf(asker);
		const answer = await post(
			asker,
			[runScript(files.scriptName, files.args('none'))],
			'n8n tenant check: a second run while one is unfinished',
			'a second run while the first is unfinished',
		);
		// Accepted against expectation: then it is cancelled in the end like every action of this check.
		const id = isEntity(answer.json) ? answer.json.id : undefined;
		if (answer.status < 300 && typeof id === 'string' && /^[\w-]{1,64}$/.test(id)) undo.addAction(id);
		return { answer, firstId };
	},
};

async function placeOf(asker: Asker, index: number): Promise<Place> {
	const { id } = await asker.see(ownRun);
	return { id, index, powerShell: ownOf(asker).device.windows, createdAt: asker.now() };
}

export const ownEarlyLink: Observation<LinkAnswer> = {
	asks: '`GetLiveResponseResultDownloadLink(index=1)` while the action is unfinished',
	acts: true,
	make: async (asker) => await askLink(asker, await placeOf(asker, SCRIPT), 'a link while the action is unfinished'),
};

export const ownEnd: Observation<Watched> = {
	asks: '`GET machineactions/{id}` every 15 s until it has ended',
	acts: true,
	async make(asker) {
		const { id } = await asker.see(ownRun);
		const watched = await watch(asker, id, 'the live response', MAX_WAIT_MS);
		ownOf(asker).undo.removeAction(id);
		return watched;
	},
};

/** The link to the script's result from the moment the action has ended, until there is one. */
export const ownLink: Observation<{ last: LinkAnswer; afterMs: number; asked: number }> = {
	asks: '`GetLiveResponseResultDownloadLink(index=1)` from the end on, every 15 s',
	acts: true,
	async make(asker) {
		const { endedAt } = await asker.see(ownEnd);
		for (let asked = 1; ; asked++) {
			const last = await askLink(asker, await placeOf(asker, SCRIPT), "the link to our script's result", asked > 1);
			const afterMs = asker.now() - endedAt;
			if (last.link !== undefined || afterMs > MAX_WAIT_FOR_LINK_MS) return { last, afterMs, asked };
			await asker.calls.wait(LINK_POLL_MS);
		}
	},
};

export const ownPutFileLink: Observation<LinkAnswer> = {
	asks: '`GetLiveResponseResultDownloadLink(index=0)` for the PutFile',
	acts: true,
	async make(asker) {
		await asker.see(ownEnd);
		return await askLink(asker, await placeOf(asker, PUT), 'a link for a PutFile');
	},
};

/** A file that the script wrote, by GetFile. */
function collected(index: number, asks: string): Observation<Answer & { command: Entity }> {
	return {
		asks,
		acts: true,
		async make(asker) {
			const { entity } = await asker.see(ownEnd);
			const command = commandsOf(entity).find(
				(one, at) => (typeof one.index === 'number' ? one.index : at) === index && typeOf(one) === 'GetFile',
			);
			if (command?.commandStatus === 'Created')
				throw new NotAsked('the GetFile was skipped, since a command before it failed: see run.goes-on');
			const { link } = await askLink(asker, await placeOf(asker, index), 'the link to a collected file');
			if (link === undefined) throw new NotAsked('the service gave no link to the collected file');
			return { ...(await asker.storage(link, 'a collected file')), command: command ?? {} };
		},
	};
}
export const smallFile = collected(SMALL, 'GetFile of a text file of 17 bytes, by its link');
export const gzipFile = collected(GZIP, 'GetFile of a file that is in gzip already, by its link');
