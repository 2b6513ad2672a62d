import './visual/tokens.css'
import './visual/scale.css'
import './visual/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Console } from './console.tsx'
import { consumeLegacyAddress } from './legacy-address.ts'
import { buildPlatform } from './platform/platform.ts'
import { applyAppearance } from './visual/appearance.ts'

applyAppearance()
consumeLegacyAddress()

const platform = buildPlatform((url, init) => window.fetch(url, init))
const container = document.getElementById('console')
if (container === null) throw new Error('index.html has no element for the console.')
createRoot(container).render(
  <StrictMode>
    <Console platform={platform} />
  </StrictMode>,
)
