import type { Locator, Page } from 'playwright-core';

/** The drawing of a workflow. */
export class Canvas {
	readonly nodes: Locator;

	/** With the notes. */
	readonly everything: Locator;

	constructor(private readonly page: Page) {
		this.nodes = page.getByTestId('canvas-node');
		this.everything = page.locator('.vue-flow__node');
	}

	node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	/** Shows the whole workflow. */
	async fit(): Promise<void> {
		await this.nodes.first().waitFor();
		await this.page.getByTestId('zoom-to-fit').click();
	}

	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.page.getByTestId('node-parameters').waitFor();
	}

	/** The names that a node's outputs have on the canvas, from above. */
	async outputsOf(name: string): Promise<string[]> {
		const texts = await this.node(name).getByTestId('canvas-node-output-handle').allInnerTexts();
		// Below stands how many items came out.
		return texts.map((text) => text.split('\n')[0]);
	}

	/** Runs the workflow, and waits until it has ended. */
	async execute(): Promise<void> {
		const running = this.page.getByText('Executing workflow');
		await this.page.getByTestId('execute-workflow-button').click();
		await running.waitFor();
		await running.waitFor({ state: 'hidden' });
	}

	/** What is written at a connection that items have gone along: "3 items". */
	async itemsBetween(from: string, to: string): Promise<string> {
		const label = this.page.locator(`[data-test-id="edge-label"][data-source-node-name="${from}"][data-target-node-name="${to}"]`);
		return await label.filter({ hasText: 'item' }).innerText();
	}
}
