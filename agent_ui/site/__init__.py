"""What the one port serves: the browser app's pages, the API and the two sockets."""
