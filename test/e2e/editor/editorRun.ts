import type { Emulator } from '../../../playground/emulator';
import { startEmulator } from '../../../playground/emulator';
import { SCENES } from '../../../playground/emulator/scenes';
import { installN8n } from '../../../playground/n8n/install';
import { N8nHome } from '../../../playground/n8n/n8nHome';
import type { N8nServer } from '../../../playground/n8n/n8nServer';
import { Editor } from './editor';

/** What our credential is called in these tests, as in the examples. */
export const CREDENTIAL = 'Microsoft Defender';

/** Bringing n8n takes longer than everything else, but only once. */
export const MAX_MS = 20 * 60_000;

/** A real n8n with its editor open in a browser, and an emulated tenant with devices, scripts and ended live responses. */
export class EditorRun {
	emulator!: Emulator;
	editor!: Editor;
	private home!: N8nHome;
	private server!: N8nServer;
	/** By their names. */
	private readonly credentials = new Map<string, string>();

	/** Ends nothing when it fails: `end` does. */
	async start(version: string): Promise<void> {
		this.emulator = await startEmulator({ limits: 'none', life: { pendingMs: 200, runMs: 200 } });
		SCENES.demo(this.emulator);
		SCENES.outcomes(this.emulator);
		this.home = new N8nHome(await installN8n(version));
		this.server = await this.home.start();
		await this.server.setUpOwner();
		await this.addCredential(CREDENTIAL);
		this.editor = await Editor.open(this.server.url);
	}

	private async add(what: 'credentials' | 'workflows', entry: object): Promise<string> {
		const { status, data, text } = await this.server.call('POST', `/${what}`, entry);
		if (status !== 200) throw new Error(`n8n did not accept one of the ${what}: ${status} ${text}`);
		return (data as { id: string }).id;
	}

	/** Saves a credential for the emulated tenant. */
	async addCredential(name: string, fields: Record<string, string> = {}): Promise<void> {
		const data = this.emulator.credentialData(fields);
		this.credentials.set(name, await this.add('credentials', { name, type: 'microsoftDefenderOAuth2Api', data }));
	}

	/** Opens a workflow whose nodes name their credential. */
	async openWorkflow(workflow: { name: string; nodes: object[]; connections: object; settings?: object }): Promise<void> {
		const nodes = (workflow.nodes as Array<{ credentials?: { microsoftDefenderOAuth2Api: { name: string } } }>).map((node) => {
			const name = node.credentials?.microsoftDefenderOAuth2Api.name;
			return name ? { ...node, credentials: { microsoftDefenderOAuth2Api: { id: this.credentials.get(name), name } } } : node;
		});
		const { name, connections, settings = {} } = workflow;
		await this.editor.openWorkflow(await this.add('workflows', { name, nodes, connections, settings, active: false }));
	}

	async end(): Promise<void> {
		await this.editor?.close();
		await this.home?.remove();
		await this.emulator?.close();
	}
}
