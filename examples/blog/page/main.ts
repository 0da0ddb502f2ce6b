import { Activity } from "./activity.ts";
import { startConnection } from "./connection.ts";
import { startEditor } from "./editor.ts";
import { startLobby } from "./lobby.ts";
import { startNotice } from "./notice.ts";
import { startPosts } from "./posts.ts";
import { startTheme } from "./theme.ts";
import { startUsers } from "./users.ts";

startTheme();
startNotice();
startEditor();
startConnection();
const activity = new Activity();
const people = startPosts(activity);
startUsers(people, activity);
startLobby();
