// The element <ink-recognizer> in a WebView: all that the page can do, and its answers in Kotlin.
package ink

import android.annotation.SuppressLint
import android.app.Activity
import android.os.Bundle
import android.util.Log
import android.webkit.JavascriptInterface
import android.webkit.WebView
import android.webkit.WebViewClient

// A page of the service itself, or one of yours whose origin is in INK_ORIGINS.
private const val PAGE = "https://ink.example/embed.html"

private const val SCRIPT = """
for (const name of ["prediction", "rejected"]) {
  document.querySelector("ink-recognizer").addEventListener(name, ({ detail }) => {
    phone.answer(name === "rejected" ? "?" : detail.label);
  });
}
"""

class WebInkActivity : Activity() {
    @SuppressLint("SetJavaScriptEnabled")
    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        val web = WebView(this)
        web.settings.javaScriptEnabled = true
        // The object is there for whatever page is shown, so none but the service's is opened.
        web.addJavascriptInterface(Phone(), "phone")
        web.webViewClient = object : WebViewClient() {
            override fun onPageFinished(view: WebView, url: String) =
                view.evaluateJavascript(SCRIPT, null)
        }
        setContentView(web)
        web.loadUrl(PAGE)
    }

    class Phone {
        /** Called on a thread of the WebView's. */
        @JavascriptInterface
        fun answer(label: String) {
            Log.i("ink", label)
        }
    }
}
