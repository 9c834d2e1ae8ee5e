// SPDX-License-Identifier: Apache-2.0
val f = javax.net.ssl.TrustManagerFactory.getInstance(javax.net.ssl.TrustManagerFactory.getDefaultAlgorithm)
f.init(null.asInstanceOf[java.security.KeyStore])
val n = f.getTrustManagers.collect { case t: javax.net.ssl.X509TrustManager => t.getAcceptedIssuers.length }.sum
javax.net.ssl.SSLContext.getDefault.createSSLEngine
println("a TLS context that trusts " + n + " CAs")
