/** Says below the buttons what one of them did. */
export type Say = (text: string) => void;

export function sayBelow(): Say {
  const said = document.querySelector('#did');
  return (text) => {
    if (said) said.textContent = text;
  };
}
