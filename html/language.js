/*
 * The choice of the language, in a page's menu.  Fetched a moment after the page.
 */

import { KEPT, lang } from './words.js';

/** The page as it is, in the other language, from now on. @param {string} other */
function speak(other) {
  const url = new URL(location.href);
  try {
    localStorage.setItem(KEPT, other);
    url.searchParams.delete('lang');
  } catch {
    url.searchParams.set('lang', other); /* a private window forgets */
  }
  if (url.href === location.href) {
    location.reload();
  } else {
    location.replace(url);
  }
}

/** @returns {HTMLButtonElement} */
export function languageButton() {
  const button = document.createElement('button');
  const [other, name] = lang === 'en' ? ['de', 'Deutsch'] : ['en', 'English'];
  button.type = 'button';
  button.lang = other;
  button.dataset.do = 'language';
  button.textContent = name;
  button.addEventListener('click', () => speak(other));
  return button;
}
