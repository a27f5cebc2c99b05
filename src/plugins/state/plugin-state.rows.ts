import { ascii, defineRows, id, integer, longText, time } from '../../platform/database/index.js';

/** What one plugin keeps in one project; the row that its writers take turns at. */
export interface PluginStateRow {
  id: string;
  plugin: string;
  projectId: string;
}

export const pluginStateRows = defineRows<PluginStateRow>('plugin_states', {
  columns: { id: id({ primary: true }), plugin: ascii(64), projectId: id() },
  uniques: { uq_plugin_states_place: ['plugin', 'projectId'] },
  foreignKeys: [
    {
      name: 'fk_plugin_states_project',
      columns: ['projectId'],
      references: 'projects',
      on: ['id'],
    },
  ],
});

export interface PluginValueRow {
  id: string;
  stateId: string;
  name: string;
  /** JSON. */
  value: string;
  /** Of name and value together. */
  bytes: number;
  updatedAt: number;
}

export const pluginValueRows = defineRows<PluginValueRow>('plugin_values', {
  columns: {
    id: id({ primary: true }),
    stateId: id(),
    name: ascii(128),
    value: longText(),
    bytes: integer(),
    updatedAt: time(),
  },
  uniques: { uq_plugin_values_name: ['stateId', 'name'] },
  foreignKeys: [
    {
      name: 'fk_plugin_values_state',
      columns: ['stateId'],
      references: 'plugin_states',
      on: ['id'],
    },
  ],
});
