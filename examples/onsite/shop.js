// How a page adapts where CSS is not enough: the script tells whenever the hints change.
document.addEventListener('attune:hints', ({ detail }) => {
  document.getElementById('call-back').hidden = !detail.hints.includes('call_back_offer');
});
