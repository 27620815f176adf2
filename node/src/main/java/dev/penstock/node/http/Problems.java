package dev.penstock.node.http;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers with problems. */
final class Problems {
  private static final Logger LOG = Logger.getLogger(Problems.class.getName());
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int INCIDENT_BYTES = 6;

  private Problems() {}

  static void answer(Exception thrown, Context context) {
    if (context.res().isCommitted()) {
      return;
    }
    switch (thrown) {
      case ProblemException e -> {
        e.headers().forEach(context::header);
        write(e.problem(), context);
      }
      case FailureException e -> write(logged(e, Problem.of(e.failure(), ""), context), context);
      case HttpResponseException e -> write(ofStatus(e.getStatus(), context.path()), context);
      case IOException _ -> write(timedOut(), context);
      default -> write(logged(thrown, Problem.of(bug(thrown), ""), context), context);
    }
  }

  private static Problem timedOut() {
    return ProblemException.of(
            408,
            "Request timed out",
            "body",
            "did not arrive",
            "the connection stood still",
            "send it again")
        .problem();
  }

  private static Failure bug(Throwable thrown) {
    return new Failure.Bug(
        new Failure.Diagnosis(
            "internal error",
            Stage.OPEN,
            thrown.getClass().getSimpleName(),
            "a fault in Penstock",
            "please report it, with what the server's log says of this incident"));
  }

  private static Problem logged(Exception thrown, Problem problem, Context context) {
    if (problem.status() != 500) {
      return problem;
    }
    byte[] bytes = new byte[INCIDENT_BYTES];
    RANDOM.nextBytes(bytes);
    String id = HexFormat.of().formatHex(bytes);
    LOG.log(
        Level.SEVERE, "incident " + id + ": " + context.method() + " " + context.path(), thrown);
    return problem.withIncident(id);
  }

  private static void write(Problem problem, Context context) {
    context.status(problem.status()).header("Content-Security-Policy", "default-src 'none'");
    context.contentType(Problem.CONTENT_TYPE).result(Wire.bytes(problem.at(context.path())));
  }

  private static Problem ofStatus(int status, String path) {
    return switch (status) {
      case 404 -> ProblemException.notFound(path, "see /api for what there is").problem();
      case 405 ->
          ProblemException.of(
                  405,
                  "Method not allowed",
                  path,
                  "cannot be done that way",
                  "it knows other methods",
                  "see /api")
              .problem();
      default -> {
        String title = HttpStatus.getMessage(status);
        yield ProblemException.of(status, title, path, title, "the request was refused", "see /api")
            .problem();
      }
    };
  }

  /** For requests that do not get as far as a route. */
  static final class OfJetty extends ErrorHandler {
    @Override
    public boolean errorPageForMethod(String method) {
      return true;
    }

    @Override
    protected void generateResponse(
        Request request,
        Response response,
        int code,
        @Nullable String message,
        @Nullable Throwable cause,
        Callback callback) {
      int status = code < 400 ? 500 : code;
      String path = String.valueOf(request.getHttpURI().getPath());
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
      response.getHeaders().put("X-Content-Type-Options", "nosniff");
      byte[] body = Wire.bytes(ofStatus(status, path).at(path));
      response.write(true, ByteBuffer.wrap(body), callback);
    }
  }
}
