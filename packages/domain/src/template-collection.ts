// How a template collection lies in the inventory: an object with this fragment, known by its X-ID
// under this type of external id. The object's own type is for people and consoles.
// @see smartrest-templates §1

export const templateCollectionType = 'c8y_SmartRest2Template'
/** Type of the external id whose value is the X-ID. */
export const xIdType = 'c8y_SmartRest2DeviceIdentifier'
/** Holds the request and the response templates. */
export const templatesFragment = 'com_cumulocity_model_smartrest_csv_CsvSmartRestTemplate'

/** Collections of one tenant (security §10.2). */
export const templateCollectionsMax = 1000
