// Forms that begin flows, as colleagues fill them in. Names as in the OpenAPI document.

export type FormFieldType = 'text' | 'integer' | 'number' | 'boolean' | 'time';

export interface FormChoiceView {
  value: string;
  label: string;
}

export interface FormFieldView {
  name: string;
  label: string;
  type: FormFieldType;
  required: boolean;
  /** What it is when nothing is answered. */
  default: unknown;
  /** The only answers there may be; none: any. */
  choices: FormChoiceView[];
}

export interface FormView {
  flow_id: string;
  title: string;
  text: string;
  thanks: string;
  is_public: boolean;
  fields: FormFieldView[];
}
