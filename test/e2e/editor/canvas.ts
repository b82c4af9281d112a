import type { Locator, Page } from 'playwright-core';

/** The drawing of a workflow. */
export class Canvas {
	readonly nodes: Locator;

	constructor(private readonly page: Page) {
		this.nodes = page.getByTestId('canvas-node');
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

	/** Runs the workflow, and waits until these nodes have run. */
	async execute(...last: string[]): Promise<void> {
		await this.page.getByTestId('execute-workflow-button').click();
		for (const name of last) await this.node(name).getByTestId('canvas-node-status-success').waitFor();
	}

	/** What is written at a connection, as in "3 items". */
	itemsBetween(from: string, to: string): Locator {
		return this.page.locator(`[data-test-id="edge-label"][data-source-node-name="${from}"][data-target-node-name="${to}"]`);
	}
}
