/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium, selectors } from 'playwright-core';
import { OWNER } from '../../../playground/n8n/n8nEditor';
import { programPath } from '../../../playground/n8n/systemPackages';
import { Canvas } from './canvas';
import { CredentialForm } from './credentialForm';
import { NodePanel } from './nodePanel';
import { NodeView } from './nodeView';

/** What the browser waits for at most: two cores may have much else to do. */
const MAX_MS = 60_000;

/** The size of the window. */
export const VIEWPORT = { width: 1440, height: 900 };

/** The browser's own id: n8n takes a session from the browser that began it. */
const BROWSER_ID = 'e2e';

/** n8n's editor in a browser, with the owner signed in. */
export class Editor {
	readonly canvas: Canvas;
	readonly nodePanel: NodePanel;
	readonly node: NodeView;

	private constructor(
		private readonly browser: Browser,
		readonly context: BrowserContext,
		readonly page: Page,
	) {
		this.canvas = new Canvas(page);
		this.nodePanel = new NodePanel(page);
		this.node = new NodeView(page);
	}

	/** @param url of n8n, without a slash at the end */
	static async open(url: string): Promise<Editor> {
		selectors.setTestIdAttribute('data-test-id');
		const isRoot = process.getuid?.() === 0;
		const browser = await chromium.launch({ executablePath: programPath('chromium'), args: isRoot ? ['--no-sandbox'] : [] });
		return await Editor.signIn(browser, url).catch(async (error: unknown) => {
			await browser.close();
			throw error;
		});
	}

	private static async signIn(browser: Browser, url: string): Promise<Editor> {
		const context = await browser.newContext({
			baseURL: url,
			viewport: VIEWPORT,
			deviceScaleFactor: 2,
			locale: 'en-US',
			timezoneId: 'UTC',
		});
		context.setDefaultTimeout(MAX_MS);
		await context.addInitScript((id) => localStorage.setItem('n8n-browserId', id), BROWSER_ID);
		const { email, password } = OWNER;
		const answer = await context.request.post('/rest/login', {
			headers: { 'browser-id': BROWSER_ID },
			// The name of the first field differs between n8n 1.x and 2.x.
			data: { emailOrLdapLoginId: email, email, password },
		});
		if (!answer.ok()) throw new Error(`The owner could not sign in: ${answer.status()} ${await answer.text()}`);
		return new Editor(browser, context, await context.newPage());
	}

	/** Leaves what is open, saved or not. */
	private async goTo(path: string): Promise<void> {
		this.page.removeAllListeners('dialog');
		// What is not saved may be left.
		this.page.on('dialog', (dialog) => void dialog.accept());
		await this.page.goto(path);
	}

	/** An empty workflow. */
	async newWorkflow(): Promise<void> {
		await this.goTo('/workflow/new');
		await this.page.getByTestId('canvas-plus-button').waitFor();
	}

	/** A workflow that n8n has. */
	async openWorkflow(id: string): Promise<void> {
		await this.goTo(`/workflow/${id}`);
		await this.canvas.fit();
	}

	/** A workflow from a file, by the menu of n8n 2.x. */
	async importWorkflow(file: string): Promise<void> {
		await this.newWorkflow();
		await this.page.getByTestId('workflow-menu').click();
		await this.page.getByRole('menuitem', { name: 'Import', exact: true }).hover();
		const fromFile = this.page.getByRole('menuitem', { name: 'From file' });
		await fromFile.waitFor();
		const [chooser] = await Promise.all([this.page.waitForEvent('filechooser'), fromFile.click()]);
		await chooser.setFiles(file);
		await this.canvas.nodes.first().waitFor();
		await this.canvas.fit();
	}

	/** The empty form of a new credential. */
	async newCredential(): Promise<CredentialForm> {
		await this.goTo('/home/credentials/create');
		await this.page.getByTestId('new-credential-type-select').click();
		await this.page.keyboard.type('defender');
		await this.page.getByTestId('new-credential-type-select-option').filter({ hasText: 'Microsoft Defender OAuth2 API' }).click();
		await this.page.getByTestId('new-credential-type-button').click();
		const form = new CredentialForm(this.page);
		await form.input('tenantId').waitFor();
		return form;
	}

	/** The form of a credential that n8n has. */
	async openCredential(id: string): Promise<CredentialForm> {
		await this.goTo(`/home/credentials/${id}`);
		const form = new CredentialForm(this.page);
		await form.form.waitFor();
		return form;
	}

	async close(): Promise<void> {
		await this.browser.close();
	}
}
