package dev.penstock.engine.packaging;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLConnection;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/** Where keys are read from. Of what is no key, only as much is read as tells that it is none. */
final class KeySource {
  private static final int MOST = 1024;

  private KeySource() {}

  /**
   * What lies at a path or a URL.
   *
   * @param timeout bound on connecting to a server, and on each wait for it
   */
  static byte[] bytes(String source, Duration timeout) throws IOException {
    if (source.matches("(?i)https?://.*")) {
      return fromServer(source, timeout);
    }
    if (source.contains("://")) {
      throw new IOException("keys are read from files, and by http and https");
    }
    try {
      return bytes(Path.of(source));
    } catch (InvalidPathException e) {
      throw new IOException("it is no file name: " + e.getReason(), e);
    }
  }

  static byte[] bytes(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("it is a folder");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MOST);
    }
  }

  private static byte[] fromServer(String url, Duration timeout) throws IOException {
    URLConnection connection;
    try {
      connection = URI.create(url).toURL().openConnection();
    } catch (IllegalArgumentException e) {
      throw new IOException("it is no URL", e);
    }
    int millis = Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE);
    connection.setConnectTimeout(millis);
    connection.setReadTimeout(millis);
    connection.setUseCaches(false);
    if (connection instanceof HttpURLConnection http && http.getResponseCode() / 100 != 2) {
      throw new IOException("the server answers " + http.getResponseCode());
    }
    try (InputStream in = connection.getInputStream()) {
      return in.readNBytes(MOST);
    }
  }

  /** In words; Java leaves the commonest reasons to the names of its exceptions. */
  static String words(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "No such file or directory";
      case AccessDeniedException _ -> "Permission denied";
      case UnknownHostException _ -> "there is no server of that name";
      case ConnectException _ -> "no server answers there";
      case SocketTimeoutException _ -> "the server does not answer in time";
      default -> String.valueOf(e.getMessage());
    };
  }

  static String size(byte[] bytes) {
    return bytes.length < MOST ? bytes.length + " bytes" : MOST + " bytes or more";
  }
}
