import { ownEarlyLink, ownLink, ownPutFileLink } from '../acting/ownRun';
import { secondEnd } from '../acting/secondRun';
import { NotAsked } from '../notAsked';
import type { Asker, Observation } from '../observation';
import { liveResponses } from './actions';
import { READ_ACTIONS, listPage, needed, textOf, type Entity } from './entities';
import { askLink, commandsOf, errorsOf, typeOf, type LinkAnswer, type Place } from './place';

const DAY_MS = 86_400_000;
/** A result is old from here on, in days. */
const OLD_DAYS = 7;

/** The first command of any of the actions that is what is looked for. */
function find(actions: Entity[], test: (command: Entity, action: Entity, before: Entity[]) => boolean): Place | undefined {
	for (const action of actions) {
		const commands = commandsOf(action);
		const at = commands.findIndex((command, i) => test(command, action, commands.slice(0, i)));
		const id = textOf(action, 'id');
		if (at < 0 || id === undefined || !/^[\w-]{1,64}$/.test(id)) continue;
		const index = commands[at].index;
		const name = JSON.stringify(commands[at].command ?? '');
		return {
			id,
			index: typeof index === 'number' ? index : at,
			powerShell: /\.ps1"/i.test(name),
			createdAt: Date.parse(textOf(action, 'creationDateTimeUtc') ?? ''),
		};
	}
	return undefined;
}

const ranScript = (command: Entity, action: Entity) =>
	action.status === 'Succeeded' &&
	typeOf(command) === 'RunScript' &&
	command.commandStatus === 'Completed' &&
	errorsOf(command).length === 0;

async function listed(asker: Asker): Promise<Entity[]> {
	return (await asker.see(liveResponses)).entities;
}

const LINK = 'GetLiveResponseResultDownloadLink(index=…)';

/** The link to a script's result: our own script's with `--run`, else the newest one of the tenant. */
export const scriptLink: Observation<LinkAnswer> = {
	asks: `\`GET machineactions/{id}/${LINK}\` for a script that ran`,
	async make(asker) {
		if (asker.own) return (await asker.see(ownLink)).last;
		const place = needed(find(await listed(asker), ranScript), 'no script was run over the API recently');
		return await askLink(asker, place, 'the link to a result');
	},
};

/** A link as it is followed: without quotes around it, and not escaped as in HTML. What it came as is a claim of its own. */
function usable(link: string): string {
	return link.trim().replace(/^"|"$/g, '').replaceAll('&amp;', '&');
}

/** @throws NotAsked where the service gave none */
export async function mustLink(asker: Asker, observation: Observation<LinkAnswer>): Promise<LinkAnswer & { link: string; raw: string }> {
	const seen = await asker.see(observation);
	const raw = needed(seen.link, 'the service gave no link to the result');
	return { ...seen, link: usable(raw), raw };
}

export const scriptLinkAgain: Observation<{ first: string; again: LinkAnswer }> = {
	asks: 'the same link once more',
	async make(asker) {
		const { link, place } = await mustLink(asker, scriptLink);
		const again = await askLink(asker, place, 'the same link once more');
		return { first: link, again: { ...again, link: again.link && usable(again.link) } };
	},
};

export const indexBeyond: Observation<LinkAnswer> = {
	asks: `\`${LINK}\` with an index that no command has`,
	async make(asker) {
		const { place } = await asker.see(scriptLink);
		return await askLink(asker, { ...place, index: 99 }, 'a link for an index that no command has');
	},
};

export const putFileLink: Observation<LinkAnswer> = {
	asks: `\`${LINK}\` for a PutFile that completed`,
	async make(asker) {
		if (asker.own) return await asker.see(ownPutFileLink);
		const place = find(await listed(asker), (command) => typeOf(command) === 'PutFile' && command.commandStatus === 'Completed');
		return await askLink(asker, needed(place, 'no PutFile was run over the API recently'), 'a link for a PutFile');
	},
};

export const unfinishedLink: Observation<LinkAnswer> = {
	asks: `\`${LINK}\` for an action that is unfinished`,
	async make(asker) {
		if (asker.own) return await asker.see(ownEarlyLink);
		const place = find(
			await listed(asker),
			(command, { status }) =>
				(status === 'Pending' || status === 'InProgress') && typeOf(command) !== 'PutFile' && command.endTime === null,
		);
		return await askLink(asker, needed(place, 'no live response is unfinished at present'), 'a link for an unfinished action');
	},
};

export const failedScriptLink: Observation<LinkAnswer> = {
	asks: `\`${LINK}\` for a RunScript that failed`,
	async make(asker) {
		const failed = (command: Entity) =>
			typeOf(command) === 'RunScript' && (command.commandStatus === 'Failed' || errorsOf(command).length > 0);
		return await askLink(
			asker,
			needed(find(await listed(asker), failed), 'no script that was run over the API failed recently'),
			'a link for a script that failed',
		);
	},
};

/** A command that was left out since one before it failed. */
export const skippedLink: Observation<LinkAnswer> = {
	asks: `\`${LINK}\` for a command that was skipped since one before it failed`,
	async make(asker) {
		const actions = asker.own ? [(await asker.see(secondEnd)).entity] : await listed(asker);
		const skipped = (command: Entity, { status }: Entity, before: Entity[]) =>
			status === 'Failed' &&
			typeOf(command) !== 'PutFile' &&
			command.commandStatus === 'Created' &&
			before.some((earlier) => errorsOf(earlier).length > 0);
		return await askLink(asker, needed(find(actions, skipped), 'no command was skipped recently'), 'a link for a command that was skipped');
	},
};

/** The oldest of twenty results that are older than a week. */
export const oldLink: Observation<LinkAnswer & { days: number }> = {
	asks: `\`${LINK}\` for a script that ran more than ${OLD_DAYS} days ago`,
	async make(asker) {
		const now = asker.now();
		const before = new Date(now - OLD_DAYS * DAY_MS).toISOString();
		const filter = `type eq 'LiveResponse' and status eq 'Succeeded' and creationDateTimeUtc lt ${before}`;
		const { entities } = await listPage(asker, '/machineactions', { filter, top: 20 }, 'old live responses', READ_ACTIONS);
		const place = needed(
			find([...entities].reverse(), ranScript),
			`no script ran by the API more than ${OLD_DAYS} days ago, or it is not listed any more`,
		);
		if (!(place.createdAt < now - OLD_DAYS * DAY_MS)) throw new NotAsked('the list of old live responses has newer ones too');
		return { ...(await askLink(asker, place, 'a link for an old result')), days: Math.floor((now - place.createdAt) / DAY_MS) };
	},
};
