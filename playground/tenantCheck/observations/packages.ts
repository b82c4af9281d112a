import type { Answer } from '../calls';
import { mayFollow } from '../clouds';
import type { Observation } from '../observation';
import { anyActions } from './actions';
import { READ_ACTIONS, isEntity, mustSpeak, needed, textOf } from './entities';

/** Where links to packages have been seen, for commercial clouds. */
const PACKAGE_HOSTS = ['.securitycenter.windows.com'];

/** The link to an investigation package. It is not followed: a package holds what the device holds. */
export const packageLink: Observation<{ answer: Answer; raw?: string; expectedHost: boolean }> = {
	asks: '`GET machineactions/{id}/getPackageUri` for a package that was collected',
	async make(asker) {
		const { entities } = await asker.see(anyActions);
		const action = entities.find(
			({ type, status, id }) => type === 'CollectInvestigationPackage' && status === 'Succeeded' && /^[\w-]{1,64}$/.test(String(id)),
		);
		const { id } = needed(action, 'no investigation package is among the newest 100 actions');
		const answer = mustSpeak(
			await asker.api('GET', `/machineactions/${String(id)}/getPackageUri`, 'the link to a package'),
			READ_ACTIONS,
			asker,
		);
		const raw = isEntity(answer.json) ? textOf(answer.json, 'value') : undefined;
		const hosts = asker.cloud.name === 'commercial' ? [...asker.cloud.downloadHosts, ...PACKAGE_HOSTS] : asker.cloud.downloadHosts;
		const link = (raw ?? '').replace(/^"|"$/g, '');
		asker.keepSecret(link);
		asker.keepSecret(/[?&]token=([^&]*)/.exec(link)?.[1]);
		return { answer, raw, expectedHost: mayFollow(link, { ...asker.cloud, downloadHosts: hosts }) };
	},
};
