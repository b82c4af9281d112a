import type { Locator, Page } from 'playwright-core';

/** The panel on the right that nodes are added from. */
export class NodePanel {
	readonly panel: Locator;
	/** What the search finds: nodes, or the actions of one. */
	readonly entries: Locator;

	constructor(private readonly page: Page) {
		this.panel = page.getByTestId('node-creator');
		this.entries = this.panel.getByTestId('node-creator-item-name');
	}

	/** Opens it, for a trigger on an empty canvas, else for any node. */
	async open(): Promise<void> {
		await this.page.getByTestId('canvas-plus-button').or(this.page.getByTestId('node-creator-plus-button')).first().click();
		await this.entries.first().waitFor();
	}

	/** Types into the search. */
	async search(text: string): Promise<void> {
		await this.panel.getByTestId('node-creator-search-bar').fill(text);
	}

	/** The entry with exactly this text. */
	entry(name: string): Locator {
		return this.entries.filter({ hasText: new RegExp(`^\\s*${name}\\s*$`) });
	}

	/** Adds a node by one of its actions; its settings open. */
	async addAction(search: string, node: string, action: string): Promise<void> {
		await this.open();
		await this.search(search);
		await this.entry(node).click();
		await this.entry(action).click();
		await this.page.getByTestId('node-parameters').waitFor();
	}

	/** Adds the trigger that a click on the canvas starts. */
	async addManualTrigger(): Promise<void> {
		await this.open();
		await this.entry('Trigger manually').click();
		await this.page.getByTestId('canvas-trigger-node').waitFor();
	}
}
