import type { EmulatorTenant } from '../../playground/emulator';
import type { IDataObject } from 'n8n-workflow';
import type { Setting } from './setting';

/** Fields of a credential that each item fills in: as a provider of many customers enters them. */
export const BY_ITEM = {
	tenantId: '={{ $json.tenantId }}',
	clientId: '={{ $json.clientId }}',
	clientSecret: '={{ $json.clientSecret }}',
};

/** What an item says about its tenant. */
export function itemOf({ app }: EmulatorTenant, more: IDataObject = {}): IDataObject {
	return { tenantId: app.tenantId, clientId: app.clientId, clientSecret: app.clientSecret, ...more };
}

/** Stores the credential whose fields depend on the items. */
export function storeByItem(setting: Setting, more: Record<string, string> = {}): void {
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData({ ...BY_ITEM, ...more }));
}

/** Sign-ins by tenant. */
export function signIns(setting: Setting): Map<string, number> {
	const counted = new Map<string, number>();
	for (const { tid = '' } of setting.requestsOf('token')) counted.set(tid, (counted.get(tid) ?? 0) + 1);
	return counted;
}

/** Calls of the API that carried a token of another tenant or app than `owner` says for their path. */
export function strays(setting: Setting, owners: Map<string, EmulatorTenant>): string[] {
	const calls = setting.emulator.requests.filter(({ half }) => half === 'api');
	return calls
		.filter(({ url, body, tid, clientId }) => {
			const named = [...owners].find(([id]) => `${url} ${body}`.toLowerCase().includes(id.toLowerCase()));
			return named && (named[1].app.tenantId !== tid || named[1].app.clientId !== clientId);
		})
		.map(({ url }) => url);
}
