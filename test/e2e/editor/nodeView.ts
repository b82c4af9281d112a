import type { Locator, Page } from 'playwright-core';
import { listOption } from './listOption';

/** A node's settings with its input and output beside them. */
export class NodeView {
	readonly output: Locator;
	readonly input: Locator;
	/** The result of an execution that was refused, and what to do. */
	readonly errorMessage: Locator;
	readonly errorDescription: Locator;

	constructor(private readonly page: Page) {
		this.output = page.getByTestId('output-panel');
		this.input = page.getByTestId('ndv-input-panel');
		this.errorMessage = this.output.getByTestId('node-error-message');
		this.errorDescription = this.output.getByTestId('node-error-description');
	}

	/** The lists of all fields are in the page, but one is open. */
	private open(testId: string): Locator {
		return this.page.getByTestId(testId).filter({ visible: true });
	}

	parameter(name: string): Locator {
		return this.page.getByTestId(`parameter-input-${name}`);
	}

	/** What a list or a text field holds. */
	async value(name: string): Promise<string> {
		return await this.parameter(name).getByRole('textbox').or(this.parameter(name).getByRole('combobox')).last().inputValue();
	}

	async chooseCredential(name: string): Promise<void> {
		await this.page.getByTestId('node-credentials-select').click();
		await this.page
			.getByTestId('node-credentials-select-item')
			.or(this.page.getByRole('option'))
			.filter({ hasText: name, visible: true })
			.first()
			.click();
	}

	/** Chooses from a list that is part of the form. */
	async choose(parameter: string, option: string): Promise<void> {
		await this.parameter(parameter).click();
		await listOption(this.page, option).click();
	}

	/** From an expression, which is the default of some fields, to a list that n8n asks the service for. */
	async pickFromList(parameter: string): Promise<void> {
		const locator = this.page.getByTestId(`resource-locator-${parameter}`);
		await locator.hover();
		await this.page.getByTestId(`${parameter}-parameter-input-options-container`).getByTestId('radio-button-fixed').click();
		await locator.getByTestId('rlc-mode-selector').click();
		await listOption(this.page, 'From list').click();
	}

	async openList(parameter: string): Promise<void> {
		await this.page.getByTestId(`resource-locator-${parameter}`).getByTestId('rlc-input').click();
	}

	/** Opens the list of a field and types into its search; gives the entries when there are `count`. */
	async searchList(parameter: string, typed: string, count: number): Promise<string[]> {
		await this.openList(parameter);
		await this.open('rlc-item').first().waitFor();
		await this.open('rlc-search').fill(typed);
		const entries = this.open('rlc-item');
		await entries.nth(count - 1).waitFor();
		await entries.nth(count).waitFor({ state: 'hidden' });
		return await entries.allInnerTexts();
	}

	/** Picks from the list that is open. */
	async pick(parameter: string, entry: string): Promise<void> {
		await this.open('rlc-item').filter({ hasText: entry }).click();
		await this.open('rlc-search').waitFor({ state: 'hidden' });
		await this.page.getByTestId(`resource-locator-${parameter}`).getByTestId('rlc-input').waitFor();
	}

	/** Switches what is on off, and on what is off. */
	async toggle(parameter: string): Promise<void> {
		await this.parameter(parameter).getByRole('switch').or(this.parameter(parameter).locator('.el-switch')).first().click();
	}

	/** Runs the workflow up to this node, and waits until it has items or an error. */
	async execute(): Promise<void> {
		await this.page.getByTestId('node-execute-button').click();
		await this.output.getByTestId('node-run-info').or(this.errorMessage).first().waitFor();
	}

	async showOutputAs(view: 'schema' | 'table' | 'json'): Promise<void> {
		await this.output.getByTestId(`radio-button-${view}`).click();
	}

	/** The output as JSON, read from the screen. */
	async outputJson(): Promise<unknown> {
		await this.showOutputAs('json');
		const shown = this.output.getByTestId('ndv-data-container');
		await shown.getByText(']', { exact: true }).last().waitFor();
		// It is indented with spaces that JSON does not know.
		return JSON.parse((await shown.innerText()).replaceAll('\u00a0', ' '));
	}

	async close(): Promise<void> {
		await this.page.getByTestId('ndv-close-button').or(this.page.getByTestId('back-to-canvas')).first().click();
		await this.page.getByTestId('ndv').waitFor({ state: 'hidden' });
	}
}
