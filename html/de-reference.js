/*
 * German: the words around the description of the API, which is in English.
 */

/** @type {import('./tongue.js').Table} */
export const TABLE = {
  'The API': 'Die API', Find: 'Suchen', 'Find: shots, csv, shooter …': 'Suchen: shots, csv, shooter …', 'openapi.json': 'openapi.json', Parts: 'Teile', 'its members': 'seine Teile', unknown: 'unbekannt',
  always: 'immer', Parameters: 'Parameter', 'in the path': 'im Pfad', 'What comes back': 'Was zurückkommt', 'What is sent': 'Was gesendet wird', 'Try it': 'Ausprobieren',
  'In a terminal': 'Im Terminal', Ask: 'Fragen', 'and more': 'und mehr', 'Asking …': 'Wird gefragt …', '{0}, after {1} ms': '{0}, nach {1} ms', 'What came': 'Was kam',
  'No answer: is the network there?': 'Keine Antwort: Ist das Netz da?',
  'Right of each stands the least role that may ask: viewer, shooter, coach or admin.': 'Rechts steht jeweils die geringste Rolle, die fragen darf: viewer, shooter, coach oder admin.',
  'Nothing has these words.': 'Nichts enthält diese Wörter.',
  'The description of the API did not come. Reload the page in a moment.': 'Die Beschreibung der API kam nicht an. Die Seite gleich neu laden.',
  'above {0}': 'über {0}', 'below {0}': 'unter {0}', 'at least {0}': 'mindestens {0}', 'at most {0}': 'höchstens {0}', '{0} to {1}': '{0} bis {1}', 'at least {0} bytes': 'mindestens {0} Byte', 'at most {0} bytes': 'höchstens {0} Byte',
  'at least {0} of them': 'mindestens {0} davon', 'at most {0} of them': 'höchstens {0} davon', 'like {0}': 'wie {0}', '{0} if it is missing': '{0}, wenn es fehlt', 'list of {0}': 'Liste von {0}',
};
