import type { Delivery } from '../service/delivery';
import { listed } from '../service/listed';

const MAX_NAMED = 10;
const MAX_NAME = 150;

/**
 * What other items have sent when one of them ends the node: nothing of it may be lost without a message.
 *
 * @returns empty where nothing was sent
 */
export function describeSent(deliveries: Delivery[]): string {
	const sentAs = (sent: Delivery['sent']) =>
		deliveries.filter((each) => each.sent === sent).map(({ name = 'a request without a known answer' }) => name.slice(0, MAX_NAME));
	const [sent, maybe] = [sentAs('yes'), sentAs('maybe')];
	if (sent.length + maybe.length === 0) return '';
	return [
		sent.length > 0 && `This node has already sent: ${listed(sent, MAX_NAMED)}.`,
		maybe.length > 0 && `It may have sent: ${listed(maybe, MAX_NAMED)}.`,
		'To get the results of all items, set On Error of this node to Continue.',
	]
		.filter(Boolean)
		.join(' ');
}
