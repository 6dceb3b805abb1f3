/**
 * The only script that an exported file holds unpacked. The timeline's program is zipped like the data:
 * it would otherwise be most of a small file. This unzips it and puts it into the page, which the page's policy
 * allows for exactly that text. Written for browsers of any age, so that an old one says what is missing.
 */
export const loaderScript = `(function () {
  "use strict";
  var place = document.getElementById("timeline");
  function say(text) {
    place.textContent = text;
    place.setAttribute("role", "alert");
    place.className = "viewer-failure";
  }
  var program = document.getElementById("program");
  if (!program || !document.getElementById("contents")) {
    return say("The file is not complete. Was the download cut short?");
  }
  if (typeof DecompressionStream === "undefined") {
    return say("This browser is too old for the file. Any browser since May 2023 opens it.");
  }
  var binary = atob(program.textContent);
  var bytes = new Uint8Array(binary.length);
  for (var i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  var unzipped = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  new Response(unzipped).text().then(
    function (code) {
      var script = document.createElement("script");
      script.textContent = code;
      document.body.appendChild(script);
    },
    function () {
      say("The file is damaged. Export the run again.");
    },
  );
})();`;
