/** The id of a rule in the playbook. */
export type RuleId = string;
