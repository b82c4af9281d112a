import { randomUUID } from 'node:crypto';
import type { EmulatorTenant, TenantInput } from './emulator';
import type { LifeInput } from './life';
import type { Settings } from './settings';
import { Tenant } from './tenant';

/** The tenants that Entra and the API know; the first one is there from the start. */
export class Tenants {
	private readonly all: Array<{ tenant: Tenant; view: EmulatorTenant }> = [];

	constructor(
		private readonly first: TenantInput,
		private readonly now: () => number,
		private readonly life: LifeInput,
		private readonly settings: Settings,
		/** Data for the n8n credential that is the same for all tenants. */
		private readonly credential: () => Record<string, string>,
	) {
		this.add(first);
	}

	add({
		tenantId = randomUUID(),
		domain,
		app: { clientSecret = `emulator~secret~of~${tenantId}`, ...app } = {},
	}: TenantInput): EmulatorTenant {
		const names = [tenantId, ...(domain === undefined ? [] : [domain])];
		if (names.some((name) => this.find(name))) throw new Error(`There is a tenant ${names.join(', ')} already`);
		const tenant = new Tenant(tenantId, domain, this.all.length === 0 ? '' : tenantId, this.now, this.life, this.settings);
		const { clientId } = tenant.apps.addApp({ secrets: [{ value: clientSecret }], ...app });
		const signIn = { tenantId, clientId, clientSecret };
		const view: EmulatorTenant = {
			app: signIn,
			apps: tenant.apps,
			credentialData: (overrides = {}) => ({ ...this.credential(), ...signIn, ...overrides }),
			runs: tenant.runs,
			responses: tenant.responses,
			finishedScripts: () => tenant.finishedScripts(),
			machines: () => tenant.devices.map(({ machine }) => machine),
			addDevice: (input) => tenant.addDevice(input),
			setOffline: (idOrName, offline) => tenant.setOffline(idOrName, offline),
			setPortalSession: (idOrName, open) => tenant.setPortalSession(idOrName, open),
			addLibraryFile: (input) => tenant.addLibraryFile(input),
			libraryFile: (fileName) => tenant.library.get(fileName),
			addAction: (input) => tenant.addAction(input),
			action: (id) => tenant.actions.get(id.toLowerCase()),
			actions: () => [...tenant.actions.values()],
		};
		this.all.push({ tenant, view });
		return view;
	}

	/** By GUID or verified domain, in upper or lower case. */
	find(name: string): Tenant | undefined {
		return this.entry(name)?.tenant;
	}

	view(name: string): EmulatorTenant | undefined {
		return this.entry(name)?.view;
	}

	get firstView(): EmulatorTenant {
		return this.all[0].view;
	}

	/** Whose action this is: the path of a result's link names the action alone. */
	ofAction(machineActionId: string | undefined): Tenant | undefined {
		const id = machineActionId?.toLowerCase() ?? '';
		return this.all.find(({ tenant }) => tenant.actions.has(id))?.tenant;
	}

	/** Empties the first tenant, keeping its app, and forgets the others. */
	clear(): void {
		this.all.length = 1;
		const [{ tenant, view }] = this.all;
		tenant.clear();
		tenant.apps.clear();
		tenant.apps.addApp({ secrets: [{ value: view.app.clientSecret }], ...this.first.app, clientId: view.app.clientId });
	}

	private entry(name: string) {
		const wanted = name.toLowerCase();
		return this.all.find(({ tenant: { tenantId, domain } }) => [tenantId, domain].some((own) => own?.toLowerCase() === wanted));
	}
}
