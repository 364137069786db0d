// Passkeys: fills in the answer of the browser's own dialog, then sends the form as any other.
(() => {
  "use strict";

  const toBytes = (text) => {
    const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(base64.padEnd(Math.ceil(base64.length / 4) * 4, "=")), (sign) => sign.charCodeAt(0));
  };
  const toText = (buffer) => {
    const signs = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
    return btoa(signs).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const named = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));

  const use = async (options) => {
    const publicKey = {
      ...options,
      challenge: toBytes(options.challenge),
      allowCredentials: named(options.allowCredentials),
    };
    const found = await navigator.credentials.get({ publicKey });
    const { authenticatorData, clientDataJSON, signature, userHandle } = found.response;
    return answer(found, {
      authenticatorData: toText(authenticatorData),
      clientDataJSON: toText(clientDataJSON),
      signature: toText(signature),
      userHandle: userHandle ? toText(userHandle) : null,
    });
  };

  const make = async (options) => {
    const publicKey = {
      ...options,
      challenge: toBytes(options.challenge),
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: named(options.excludeCredentials),
    };
    const made = await navigator.credentials.create({ publicKey });
    const { attestationObject, clientDataJSON } = made.response;
    return answer(made, { attestationObject: toText(attestationObject), clientDataJSON: toText(clientDataJSON) });
  };

  const answer = (credential, response) =>
    JSON.stringify({
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });

  const WAYS = { use, make };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const status = form.querySelector("[data-status]");
    if (!window.PublicKeyCredential) {
      status.textContent = form.dataset.unsupported;
      form.hidden = false;
      form.querySelector("button").disabled = true;
      continue;
    }
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.dataset.asking) return;
      form.dataset.asking = "1";
      status.textContent = "";
      try {
        form.elements.answer.value = await WAYS[form.dataset.passkey](JSON.parse(form.dataset.options));
        form.submit();
      } catch {
        // closed by the person, taken too long, or there is no such key here: the browser tells no more
        status.textContent = form.dataset.failed;
      } finally {
        delete form.dataset.asking;
      }
    });
  }
})();
