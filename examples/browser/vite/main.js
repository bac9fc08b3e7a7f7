import { kirim } from './kirim.js';

const form = document.querySelector('form');
const status = document.querySelector('[role=status]');
const show = (text) => {
  status.textContent = text;
};

form.addEventListener('submit', (event) => {
  event.preventDefault();
  show('Mengirim …');
  kirim(Object.fromEntries(new FormData(form)), show);
});
