import { flag, text } from '../../fields/row';

/** A file for the live response library. */
export const UPLOAD = {
	binaryPropertyName: text('Input Binary Field', undefined, {
		required: true,
		default: 'data',
		hint: 'The name of the input binary field containing the file to be uploaded',
	}),
	fileName: text('File Name', "The name in the library. If empty, the file's own name is used.", {
		placeholder: 'e.g. check-baseline.ps1',
	}),
	description: text('Description', 'What the file is for, as the library shows it'),
	hasParameters: flag('Has Parameters', false, 'Whether the script accepts parameters'),
	parametersDescription: text('Parameters Description', 'Which parameters the script accepts, as the library shows it', {
		displayOptions: { show: { hasParameters: [true] } },
		placeholder: 'e.g. -Days <number>',
	}),
	overwrite: flag('Overwrite', false, 'Whether to replace a file of the same name. If off, such a file is a reason to refuse.'),
};
