import { ownLink } from '../acting/ownRun';
import { claim, verdict } from '../claim';
import type { Asker, Observation } from '../observation';
import {
	failedScriptLink,
	indexBeyond,
	mustLink,
	oldLink,
	putFileLink,
	scriptLink,
	scriptLinkAgain,
	skippedLink,
	unfinishedLink,
} from '../observations/links';
import type { LinkAnswer } from '../observations/place';
import { mayFollow, type Cloud } from '../clouds';
import { say } from '../say';
import { answered } from './judging';

const MINUTE_MS = 60_000;
/** Hosts that may be named in a report: Microsoft's, never the account. */
const MICROSOFT =
	/\.((?:blob|dfs)\.core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)|(?:security|securitycenter)\.(?:windows\.com|microsoft\.com|microsoft\.us)|azurefd\.net|azureedge\.net)$/i;

/** A link that was given. */
const given: Observation<LinkAnswer & { link: string; raw: string; cloud: Cloud }> = {
	asks: scriptLink.asks,
	make: async (asker: Asker) => ({ ...(await mustLink(asker, scriptLink)), cloud: asker.cloud }),
};

function field(link: string, name: string): string | undefined {
	const value = new RegExp(`[?&]${name}=([^&#]*)`).exec(link)?.[1];
	try {
		return value === undefined ? undefined : decodeURIComponent(value);
	} catch {
		return value;
	}
}

function hostOf(link: string): string {
	return (/^https?:\/\/([^/:?#@]+)/i.exec(link)?.[1] ?? '').toLowerCase();
}

export const LINK_CLAIMS = [
	claim({
		id: 'link.answer',
		claim: 'A script that ran has a link: 200, with the link as a text in `value`.',
		source: 'documented',
		affects: 'every result',
		ifNot: 'There are no results: outcome `noResult` or an error.',
		emulator: 'actionsApi.ts',
		from: [scriptLink],
		judge: ({ answer, link }) =>
			verdict(answer.status === 200 && link !== undefined, link === undefined ? answered(answer) : say`status ${answer.status}, a text`),
	}),
	claim({
		id: 'link.quoting',
		claim: 'The link has no quotes around it and no `&amp;` in it.',
		source: 'all samples; a sibling function has been seen with quotes, one client decodes `&amp;`',
		affects: 'the link is followed letter by letter, but for quotes around it',
		ifNot: 'Quotes are taken off by the node; `&amp;` is not, and such a link would be refused by the storage.',
		emulator: 'links.ts',
		from: [given],
		judge({ raw }) {
			const amp = raw.includes('&amp;');
			const quotes = /^"|"$/.test(raw);
			return verdict(!amp && !quotes, amp ? say`has amp` : quotes ? say`in quotes` : say`neither`);
		},
	}),
	claim({
		id: 'link.host',
		claim:
			'The link names a storage host of this cloud: `*.blob.core.windows.net` or `*.blob.core.usgovcloudapi.net`, or one of `--download-hosts`.',
		source: 'one captured link; for other regions and clouds inferred from the hosts that devices upload to',
		affects: 'the node follows links to these hosts only',
		ifNot: "The node refuses the link. Add the host to Download Hosts of the credential, once you know that it is Microsoft's.",
		emulator: 'storage.ts',
		from: [given],
		judge({ link, cloud }) {
			const host = hostOf(link);
			const ending = MICROSOFT.exec(host)?.[1] ?? '';
			const named = ending === '' ? 'a host outside the known domains' : `*.${ending}`;
			const expected = mayFollow(link, cloud);
			return verdict(expected, expected && ending === '' ? 'a host of --download-hosts' : named);
		},
	}),
	claim({
		id: 'link.life',
		claim: 'The link is good for 30 minutes, by its field `se`.',
		source: 'documented',
		affects: 'when a new link is asked for; `linkExpiresAt`',
		ifNot: 'The node asks for a new link whenever one has expired.',
		emulator: 'linkLifeMs',
		from: [given],
		judge({ link, answer }) {
			const end = Date.parse(field(link, 'se') ?? '');
			const from = Date.parse(answer.headers.date ?? '') || answer.at;
			if (Number.isNaN(end)) return verdict(false, say`no date in se`);
			const minutes = (end - from) / MINUTE_MS;
			return verdict(Math.abs(minutes - 30) <= 2, say`${Math.round(minutes)} minutes`);
		},
	}),
	claim({
		id: 'link.fields',
		claim: 'The link is signed for one blob: `sv`, `se`, `sp`, `sr=b` and `sig`.',
		source: 'captured',
		affects: '`sig` is kept out of errors and logs; the life of the link is read from `se`',
		ifNot: 'If the secret is in a field of another name, tell us at once: it is not recognised as one.',
		emulator: 'links.ts',
		from: [given],
		judge({ link }) {
			const missing = ['sv', 'se', 'sp', 'sr', 'sig'].filter((name) => field(link, name) === undefined);
			return verdict(
				missing.length === 0 && field(link, 'sr') === 'b',
				missing.length > 0 ? say`missing: ${missing}` : field(link, 'sr') === 'b' ? say`all of them` : say`another sr`,
			);
		},
	}),
	claim({
		id: 'link.again',
		claim: 'Asked for again, the link is another one for the same blob.',
		source: 'inferred',
		affects: 'a download that breaks when its link is over goes on by range with a new one',
		ifNot: 'The node compares the ETag and starts again if the blob is another one.',
		emulator: 'links.ts',
		from: [scriptLinkAgain],
		judge({ first, again }) {
			if (again.link === undefined) return verdict(false, answered(again.answer));
			const path = (link: string) => link.split('?')[0];
			if (path(first) !== path(again.link)) return verdict(false, say`another blob`);
			return verdict(first !== again.link, first === again.link ? say`the very same link` : say`a new link, the same blob`);
		},
	}),
	claim({
		id: 'link.index',
		claim: 'An index that no command has is answered 400.',
		source: 'unknown: 400 is our assumption',
		affects: 'outcome `noResult`, for which the node takes 404 and 400',
		ifNot: '404 is read alike; any other status ends in an error instead of an item.',
		emulator: 'actionsApi.ts',
		from: [indexBeyond],
		judge: ({ answer }) => verdict(answer.status === 400, answered(answer)),
	}),
	claim({
		id: 'link.put-file',
		claim: 'A PutFile has no result: 400.',
		source: 'documented that there is none; the status is our assumption',
		affects: 'no link is asked for a PutFile',
		ifNot: 'Nothing for the node: it does not ask.',
		emulator: 'actionsApi.ts',
		from: [putFileLink],
		judge: ({ answer }) => verdict(answer.status === 400, answered(answer)),
	}),
	claim({
		id: 'link.unfinished',
		claim: 'An action that is unfinished has no link: 404.',
		source: 'inferred from the page of getPackageUri; one client polls while it is 400',
		affects: 'the node waits for the end of the action and then asks; 404 and 400 are asked for again for two minutes',
		ifNot: '400 is read alike. A link that is given early would lead to a result that is not complete: the node does not ask early.',
		emulator: 'actionsApi.ts',
		from: [unfinishedLink],
		judge: ({ answer }) => verdict(answer.status === 404, answered(answer)),
	}),
	claim({
		id: 'link.old',
		claim: 'A result is there after a week.',
		source: 'unknown: how long results are kept is documented nowhere',
		affects: 'Get Result for old actions; catching up after n8n was down',
		ifNot: 'Results have to be fetched within less than the age that is shown.',
		emulator: 'none: results are kept permanently',
		from: [oldLink],
		judge: ({ answer, link, days }) => verdict(link !== undefined, `${answered(answer)}, ${say`${days} days old`}`),
	}),
	claim({
		id: 'link.failed-script',
		claim: 'A script that failed still has a transcript.',
		source: 'one client (PSLR)',
		affects: '`commandFailed` items are filled from the transcript where there is one',
		ifNot: 'Such items have the errors of the command alone.',
		emulator: 'actions.ts',
		from: [failedScriptLink],
		judge: ({ answer, link }) => verdict(link !== undefined, answered(answer)),
	}),
	claim({
		id: 'link.skipped',
		claim: 'A command that was skipped has no result: 404.',
		source: 'inferred',
		affects: 'outcome `notExecuted`: no link is asked for',
		ifNot: 'Nothing for the node: it does not ask.',
		emulator: 'actionsApi.ts',
		from: [skippedLink],
		judge: ({ answer }) => verdict(answer.status === 404, answered(answer)),
	}),
	claim({
		id: 'link.at-the-end',
		claim: 'The link is there as soon as the action has ended.',
		source: 'inferred',
		affects: 'how long the node asks again: two minutes from the end of the command',
		ifNot: 'Up to two minutes are waited for. Beyond that, results come out as `noResult`.',
		emulator: 'actionsApi.ts',
		from: [ownLink],
		judge({ last, afterMs, asked }) {
			if (last.link === undefined) return verdict(false, say`none after ${Math.round(afterMs / 1000)} s`);
			return verdict(asked === 1, say`${Math.round(afterMs / 1000)} s after the end was seen`);
		},
	}),
];
