import type { Locator, Page } from 'playwright-core';
import { listOption } from './listOption';

/** Fields that have a list instead of a text. */
const LISTS = ['grantType', 'cloud', 'region', 'clientCredentialType'];

/** The form of our credential. */
export class CredentialForm {
	readonly form: Locator;
	readonly success: Locator;
	readonly failure: Locator;

	constructor(private readonly page: Page) {
		this.form = page.getByTestId('editCredential-modal');
		this.success = this.form.getByText('Connection tested successfully');
		this.failure = this.form.getByText('Couldn’t connect with these settings');
	}

	input(name: string): Locator {
		return this.form.getByTestId(`parameter-input-${name}`);
	}

	/** The names of the fields that show, from above. */
	async fields(): Promise<string[]> {
		const labels = await this.form.getByTestId('credential-connection-parameter').allInnerTexts();
		return labels.map((text) => text.split('\n')[0].replace('*', '').trim());
	}

	async choose(name: string, option: string): Promise<void> {
		await this.input(name).click();
		await listOption(this.page, option).click();
	}

	/** Enters texts; lists are left. */
	async fill(data: Record<string, string>): Promise<void> {
		for (const [name, value] of Object.entries(data)) {
			if (LISTS.includes(name)) continue;
			await this.input(name).locator('input, textarea').first().fill(value);
		}
	}

	/** Saves, which makes n8n test it, and opens what the banner says of it. */
	async save(): Promise<'success' | 'failure'> {
		await this.form.getByTestId('credential-save-button').click();
		await this.success.or(this.failure).first().waitFor();
		if (await this.success.isVisible()) return 'success';
		const more = this.form.getByText('More details');
		if (await more.isVisible()) await more.click();
		return 'failure';
	}

	/** Connects the account in the window that n8n opens for it, and waits until n8n says that it is connected. */
	async connect(): Promise<void> {
		// The first is the button of n8n 2.x, the other that of 1.x.
		const button = this.form.getByTestId('quick-connect-button').or(this.form.getByRole('button', { name: 'Connect my account' }));
		const [opened] = await Promise.all([this.page.waitForEvent('popup'), button.click()]);
		if (!opened.isClosed()) await opened.waitForEvent('close');
		await this.form.getByTestId('oauth-connect-success-banner').waitFor();
	}
}
